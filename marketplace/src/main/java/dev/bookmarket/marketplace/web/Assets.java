package dev.bookmarket.marketplace.web;

import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import io.javalin.http.NotFoundResponse;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.zip.GZIPOutputStream;

/**
 * The files that the pages are made with, such as the style sheet; read and compressed once, and
 * served from memory. A file's address changes with its content, so browsers keep it for ever. Safe
 * for concurrent use.
 *
 * <p>A hash that is not known is answered with the content of now, not to be kept: while replicas
 * are replaced, a page of one release may ask the other release for its style sheet, and a page
 * with a slightly different style is better than one with none.
 */
public final class Assets {
  /** What may be said of an address whose content never changes. */
  public static final String FOR_EVER = "public, max-age=31536000, immutable";

  /** By name, since what is in a jar cannot simply be listed. */
  private static final List<String> NAMES = List.of("favicon.svg", "shop.css");

  private static final Map<String, String> TYPES =
      Map.of(
          "css", "text/css; charset=utf-8",
          "js", "text/javascript; charset=utf-8",
          "svg", "image/svg+xml; charset=utf-8");

  /** A file's name, with or without a hash; matched as a whole, in linear time. */
  private static final Pattern FILE = Pattern.compile("([a-z]++)(?:\\.[0-9a-f]{10})?+(\\.[a-z]++)");

  /** Among the encodings that a browser takes; q=0 says that it does not. */
  private static final Pattern GZIP =
      Pattern.compile("\\bgzip\\b(?!\\s*;\\s*q=0(\\.0*)?\\s*(,|$))", Pattern.CASE_INSENSITIVE);

  private final Map<String, Asset> assets =
      NAMES.stream()
          .map(Asset::read)
          .collect(Collectors.toUnmodifiableMap(Asset::name, Function.identity()));

  /**
   * Where that file is, such as {@code /assets/shop.0123456789.css}.
   *
   * @throws IllegalArgumentException if there is no such file
   */
  public String of(String name) {
    var asset = assets.get(name);
    if (asset == null) {
      throw new IllegalArgumentException("no asset " + name);
    }
    return "/assets/" + asset.hashedName();
  }

  /** Serves them. */
  void serveIn(RoutesConfig routes) {
    routes.get("/assets/{file}", this::answer);
  }

  private void answer(Context ctx) {
    var file = ctx.pathParam("file");
    var asset = find(file).orElseThrow(NotFoundResponse::new);
    asset.answer(ctx, file.equals(asset.hashedName()) ? FOR_EVER : "no-cache");
  }

  /** Returns the file of that name, which may contain any hash. */
  Optional<Asset> find(String file) {
    var name = FILE.matcher(file);
    return name.matches()
        ? Optional.ofNullable(assets.get(name.group(1) + name.group(2)))
        : Optional.empty();
  }

  /** Returns whether an Accept-Encoding header lists gzip. */
  static boolean acceptsGzip(String encodings) {
    return GZIP.matcher(encodings).find();
  }

  /** A file, as it is and compressed. */
  record Asset(String name, String hashedName, byte[] content, byte[] compressed) {
    static Asset read(String name) {
      try (var file = Assets.class.getResourceAsStream("/assets/" + name)) {
        var content = Objects.requireNonNull(file, name).readAllBytes();
        int dot = name.lastIndexOf('.');
        return new Asset(
            name,
            name.substring(0, dot) + "." + hash(content) + name.substring(dot),
            content,
            compressed(content));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    void answer(Context ctx, String cacheControl) {
      ctx.header("Cache-Control", cacheControl);
      ctx.header("Vary", "Accept-Encoding");
      ctx.contentType(
          Objects.requireNonNull(TYPES.get(name.substring(name.lastIndexOf('.') + 1)), name));
      var encodings = Objects.requireNonNullElse(ctx.header("Accept-Encoding"), "");
      if (acceptsGzip(encodings) && compressed.length < content.length) {
        ctx.header("Content-Encoding", "gzip").result(compressed);
      } else {
        ctx.disableCompression().result(content);
      }
    }

    private static byte[] compressed(byte[] content) throws IOException {
      var bytes = new ByteArrayOutputStream();
      try (var gzip = new GZIPOutputStream(bytes)) {
        gzip.write(content);
      }
      return bytes.toByteArray();
    }

    private static String hash(byte[] content) {
      try {
        var digest = MessageDigest.getInstance("SHA-256").digest(content);
        return HexFormat.of().formatHex(digest, 0, 5);
      } catch (NoSuchAlgorithmException e) {
        throw new AssertionError("every Java platform has it", e);
      }
    }
  }
}
