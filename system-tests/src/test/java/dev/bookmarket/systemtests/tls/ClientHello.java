package dev.bookmarket.systemtests.tls;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.util.List;

/**
 * The first message of a TLS client (RFC 8446, section 4.1.2), also for versions and cipher suites
 * that the JDK no longer offers.
 *
 * @param version the highest version that the client supports, such as 0x0303 for TLS 1.2
 * @param cipherSuites the numbers of its cipher suites
 */
record ClientHello(int version, List<Integer> cipherSuites) {
  static final int TLS_1_3 = 0x0304;

  private static final int TLS_1_2 = 0x0303;
  private static final int TIMEOUT_MILLIS = 30_000;
  private static final int ALERT = 0x15;
  private static final int HANDSHAKE = 0x16;

  /** Sends it to a server of this machine. Returns whether the server continues the handshake. */
  boolean isAccepted(int port) throws IOException {
    try (var socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      socket.setSoTimeout(TIMEOUT_MILLIS);
      socket.getOutputStream().write(bytes());
      int type = new DataInputStream(socket.getInputStream()).readUnsignedByte();
      if (type != ALERT && type != HANDSHAKE) {
        throw new IOException("not a TLS record: " + type);
      }
      return type == HANDSHAKE;
    }
  }

  private byte[] bytes() throws IOException {
    var hello = new Bytes();
    hello.out.writeShort(Math.min(version, TLS_1_2));
    hello.out.write(new byte[32]); // random
    hello.out.writeByte(0); // session id
    var suites = new Bytes();
    for (int suite : cipherSuites) {
      suites.out.writeShort(suite);
    }
    hello.block(suites);
    hello.out.writeShort(0x0100); // no compression
    hello.block(extensions());
    var message = new Bytes();
    message.out.writeShort(0x0100); // ClientHello; the first byte of its length
    message.block(hello);
    var record = new Bytes();
    record.out.writeByte(HANDSHAKE);
    record.out.writeShort(0x0301);
    record.block(message);
    return record.bytes.toByteArray();
  }

  private Bytes extensions() throws IOException {
    var all = new Bytes();
    all.extension(10, 0x0004, 0x001d, 0x0017); // groups: x25519, secp256r1
    all.extension(13, 0x0006, 0x0403, 0x0804, 0x0401); // signatures: ECDSA, RSA
    if (version >= TLS_1_3) {
      all.out.writeShort(43); // versions
      all.out.writeShort(3);
      all.out.writeByte(2);
      all.out.writeShort(version);
      all.extension(51, 0); // no key: the server requests one
    }
    return all;
  }

  /** A growing message. */
  private static final class Bytes {
    final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    final DataOutputStream out = new DataOutputStream(bytes);

    /** Appends a block after its length of two bytes. */
    void block(Bytes block) throws IOException {
      out.writeShort(block.bytes.size());
      block.bytes.writeTo(out);
    }

    void extension(int type, int... words) throws IOException {
      out.writeShort(type);
      out.writeShort(2 * words.length);
      for (int word : words) {
        out.writeShort(word);
      }
    }
  }
}
