package dev.bookmarket.marketplace.web;

import com.google.common.collect.Maps;
import com.google.common.hash.Hashing;
import io.javalin.http.ContentType;
import io.javalin.http.Context;
import io.javalin.http.Handler;
import io.javalin.http.NotFoundResponse;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.zip.GZIPOutputStream;

/**
 * Serves the static files of the pages, such as the style sheet. They are read and compressed once,
 * and kept in memory. The URL of a file contains a hash of its content, so browsers can cache it
 * forever. Safe for concurrent use.
 *
 * <p>A URL with an unknown hash returns the current file, which is then not cached: while replicas
 * are replaced, a page of one release can request its style sheet from the other release.
 */
public final class Assets implements Handler {
  /** The Cache-Control header for URLs whose content never changes. */
  public static final String IMMUTABLE = "public, max-age=31536000, immutable";

  /** The names of the files. A class loader cannot list the files in a jar. */
  private static final List<String> NAMES = List.of("favicon.svg", "shop.css");

  /** Matches a file name with or without a hash, in linear time due to possessive quantifiers. */
  private static final Pattern FILE = Pattern.compile("([a-z]++)(?:\\.[0-9a-f]{10})?+(\\.[a-z]++)");

  /** Matches gzip in an Accept-Encoding header, unless it has q=0. */
  private static final Pattern GZIP =
      Pattern.compile("\\bgzip\\b(?!\\s*;\\s*q=0(\\.0*)?\\s*(,|$))", Pattern.CASE_INSENSITIVE);

  private final Map<String, Asset> assets = Maps.toMap(NAMES, Asset::read);

  /**
   * Returns the URL of a file, such as {@code /assets/shop.0123456789.css}.
   *
   * @throws IllegalArgumentException if the file does not exist
   */
  public String of(String name) {
    var asset = assets.get(name);
    if (asset == null) {
      throw new IllegalArgumentException("no asset " + name);
    }
    return "/assets/" + asset.hashedName();
  }

  @Override
  public void handle(Context ctx) {
    var file = ctx.pathParam("file");
    var asset = find(file).orElseThrow(NotFoundResponse::new);
    asset.send(ctx, file.equals(asset.hashedName()) ? IMMUTABLE : "no-cache");
  }

  /** Returns the file with that name, which may contain any hash. */
  Optional<Asset> find(String file) {
    var name = FILE.matcher(file);
    return name.matches()
        ? Optional.ofNullable(assets.get(name.group(1) + name.group(2)))
        : Optional.empty();
  }

  /** Returns whether an Accept-Encoding header contains gzip. */
  static boolean acceptsGzip(String encodings) {
    return GZIP.matcher(encodings).find();
  }

  /** A file, plain and compressed. */
  record Asset(String hashedName, String contentType, byte[] content, byte[] compressed) {
    static Asset read(String name) {
      try (var file = Assets.class.getResourceAsStream("/assets/" + name)) {
        var content = Objects.requireNonNull(file, name).readAllBytes();
        var parts = name.split("\\.", 2);
        var hash = Hashing.sha256().hashBytes(content).toString();
        return new Asset(
            parts[0] + "." + hash.substring(0, 10) + "." + parts[1],
            ContentType.mimeTypeByExtension(parts[1]) + "; charset=utf-8",
            content,
            gzip(content));
      } catch (IOException e) {
        throw new UncheckedIOException("cannot read " + name, e);
      }
    }

    void send(Context ctx, String cacheControl) {
      ctx.header("Cache-Control", cacheControl);
      ctx.contentType(contentType);
      var encodings = Objects.requireNonNullElse(ctx.header("Accept-Encoding"), "");
      if (acceptsGzip(encodings) && compressed.length < content.length) {
        ctx.header("Content-Encoding", "gzip").result(compressed);
      } else {
        ctx.disableCompression().result(content);
      }
    }

    private static byte[] gzip(byte[] content) throws IOException {
      var bytes = new ByteArrayOutputStream();
      try (var gzip = new GZIPOutputStream(bytes)) {
        gzip.write(content);
      }
      return bytes.toByteArray();
    }
  }
}
