package dev.bookmarket.runtime;

import com.google.common.base.Strings;
import io.grpc.Context;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Objects;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The identity of a process, which its certificate contains as the URI {@code
 * spiffe://bookmarket/SERVICE} (SPIFFE ID).
 *
 * @param service the name of the service; empty if the certificate contains no such URI, or several
 *     URIs
 */
public record ServiceIdentity(String service) {
  /** The caller of the call that the current thread handles; absent without TLS. */
  public static final Context.Key<ServiceIdentity> CALLER = Context.key("caller");

  private static final Pattern SPIFFE_ID = Pattern.compile("spiffe://bookmarket/([a-z0-9-]{1,63})");
  private static final int DNS_NAME = 2;
  private static final int URI_NAME = 6;

  /** Returns the identity in the certificate. */
  public static ServiceIdentity of(X509Certificate certificate) {
    var uris = namesIn(certificate, URI_NAME);
    var id = SPIFFE_ID.matcher(uris.size() == 1 ? uris.get(0) : "");
    return new ServiceIdentity(id.matches() ? Strings.nullToEmpty(id.group(1)) : "");
  }

  /** Returns the URI of this identity, or a text that states that there is none. */
  @Override
  public String toString() {
    return service.isEmpty() ? "(none)" : "spiffe://bookmarket/" + service;
  }

  /** Returns whether a certificate is valid for the host name localhost. */
  public static boolean isForLocalhost(X509Certificate certificate) {
    return namesIn(certificate, DNS_NAME).contains("localhost");
  }

  /** Returns the subject alternative names of a type (RFC 5280, GeneralName). */
  private static List<String> namesIn(X509Certificate certificate, int type) {
    try {
      return Stream.ofNullable(certificate.getSubjectAlternativeNames())
          .flatMap(names -> names.stream())
          .filter(name -> Objects.equals(name.get(0), type))
          .map(name -> String.valueOf(name.get(1)))
          .toList();
    } catch (CertificateParsingException e) {
      return List.of();
    }
  }
}
