package dev.bookmarket.runtime.tls;

import dev.bookmarket.certificates.DemoCertificate;
import java.io.IOException;
import java.io.StringWriter;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPairGenerator;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.openssl.jcajce.JcaMiscPEMGenerator;
import org.bouncycastle.openssl.jcajce.JcaPKCS8Generator;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.util.io.pem.PemObjectGenerator;
import org.bouncycastle.util.io.pem.PemWriter;

/** Creates certificates without an authority, as {@code openssl req -x509} does. */
public final class SelfSigned {
  private SelfSigned() {}

  /** Returns a new certificate of the service for this machine, with its own key. */
  public static DemoCertificate of(String service) {
    return of(service, "EC", 256);
  }

  /**
   * Returns a new certificate of the service for this machine, with its own key.
   *
   * @param algorithm EC or RSA
   */
  static DemoCertificate of(String service, String algorithm, int bits) {
    var now = Instant.now();
    var name = new X500Name("CN=localhost");
    GeneralName[] alternatives = {
      new GeneralName(GeneralName.uniformResourceIdentifier, "spiffe://bookmarket/" + service),
      new GeneralName(GeneralName.dNSName, "localhost"),
      new GeneralName(GeneralName.iPAddress, "127.0.0.1")
    };
    try {
      var generator = KeyPairGenerator.getInstance(algorithm);
      generator.initialize(bits);
      var keys = generator.generateKeyPair();
      var signer = "SHA256with" + (algorithm.equals("EC") ? "ECDSA" : algorithm);
      var certificate =
          new JcaX509v3CertificateBuilder(
                  name,
                  BigInteger.ONE,
                  Date.from(now.minus(Duration.ofDays(1))),
                  Date.from(now.plus(Duration.ofDays(1))),
                  name,
                  keys.getPublic())
              .addExtension(Extension.subjectAlternativeName, false, new GeneralNames(alternatives))
              .build(new JcaContentSignerBuilder(signer).build(keys.getPrivate()));
      return new DemoCertificate(
          pem(new JcaMiscPEMGenerator(certificate)),
          pem(new JcaPKCS8Generator(keys.getPrivate(), null)));
    } catch (GeneralSecurityException | IOException | OperatorCreationException e) {
      throw new IllegalStateException(e);
    }
  }

  private static String pem(PemObjectGenerator object) throws IOException {
    var text = new StringWriter();
    try (var writer = new PemWriter(text)) {
      writer.writeObject(object);
    }
    return text.toString();
  }
}
