package dev.bookmarket.systemtests;

import dev.bookmarket.runtime.ChildProcess;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** What some tests need beyond a JDK, and how to get it. */
public enum Tool {
  BROWSER(
      "no executable chromium or google-chrome: apt-get install chromium, or set BOOKMARKET_BROWSER to one") {
    @Override
    boolean isThere() {
      return browser().isPresent();
    }
  },
  PYTHON(
      "no /usr/bin/python3 with gRPC and requests, protoc and grpc_python_plugin: apt-get install"
          + " python3-grpcio python3-protobuf python3-requests protobuf-compiler"
          + " protobuf-compiler-grpc") {
    @Override
    boolean isThere() {
      return onPath("protoc").isPresent()
          && onPath("grpc_python_plugin").isPresent()
          && succeeds("/usr/bin/python3", "-c", "import grpc, google.protobuf, requests");
    }
  },
  CURL("no curl: apt-get install curl") {
    @Override
    boolean isThere() {
      return onPath("curl").isPresent();
    }
  },
  DOCKER("no container engine answers `docker info`: start one") {
    @Override
    boolean isThere() {
      return succeeds("docker", "info");
    }
  },
  KUBECTL("no kubectl that renders a kustomization: install 1.26 or newer") {
    @Override
    boolean isThere() {
      return succeeds("kubectl", "version", "--client");
    }
  },
  SHELL("no sh and perl, in which a page of docs/ gives its commands: use Linux, macOS or WSL") {
    @Override
    boolean isThere() {
      return onPath("sh").isPresent() && onPath("perl").isPresent();
    }
  },
  SIGNALS("no shell that pauses a process: use Linux, macOS or WSL") {
    @Override
    boolean isThere() {
      return onPath("sh").isPresent();
    }
  },
  NGINX("no nginx on the PATH or in /usr/sbin: apt-get install nginx-light") {
    @Override
    boolean isThere() {
      return nginx().isPresent();
    }
  },
  PRLIMIT("no prlimit, which changes how large a file may be: use Linux with util-linux") {
    @Override
    boolean isThere() {
      return onPath("prlimit").isPresent();
    }
  },
  PGBOUNCER("no pgbouncer: apt-get install pgbouncer") {
    @Override
    boolean isThere() {
      return onPath("pgbouncer").isPresent();
    }
  },
  IPV6("::1 is not an address of this machine: enable IPv6 on the loopback") {
    @Override
    boolean isThere() {
      return Ports.canListenOn("::1");
    }
  },
  PRIVILEGED_PORTS(
      "no setpriv that takes the permission for port 80 away: use Linux with util-linux, as root,"
          + " with net.ipv4.ip_unprivileged_port_start above 80") {
    @Override
    boolean isThere() {
      var first = Path.of("/proc/sys/net/ipv4/ip_unprivileged_port_start");
      try {
        return Integer.parseInt(Files.readAllLines(first).get(0)) > 80
            && succeeds("setpriv", "--bounding-set=-net_bind_service", "true");
      } catch (IOException e) {
        return false;
      }
    }
  },
  LOOPBACK_NETWORK(
      "127.0.0.2 is not an address of this machine: use Linux, or alias it to the loopback") {
    @Override
    boolean isThere() {
      return Ports.canListenOn("127.0.0.2");
    }
  };

  private final String remedy;

  Tool(String remedy) {
    this.remedy = remedy;
  }

  /** Whether this machine has it. */
  abstract boolean isThere();

  /** What is missing where it is not there, and what to do about it. */
  String remedy() {
    return remedy;
  }

  /** The browser to use. */
  static Optional<Path> browser() {
    var chosen = System.getenv("BOOKMARKET_BROWSER");
    if (chosen != null && !chosen.isBlank()) {
      return Optional.of(Path.of(chosen)).filter(Files::isExecutable);
    }
    return Stream.of("chromium", "google-chrome")
        .flatMap(name -> onPath(name).stream())
        .findFirst();
  }

  /** The web server to use; Debian has it in a folder that is on the PATH of root only. */
  static Optional<Path> nginx() {
    return onPath("nginx")
        .or(() -> Optional.of(Path.of("/usr/sbin/nginx")).filter(Files::isExecutable));
  }

  /** The executable file of that name in one of the folders of PATH. */
  static Optional<Path> onPath(String name) {
    var folders = System.getenv().getOrDefault("PATH", "").split(File.pathSeparator);
    return Arrays.stream(folders)
        .filter(folder -> !folder.isBlank())
        .map(folder -> Path.of(folder, name))
        .filter(Files::isExecutable)
        .findFirst();
  }

  private static boolean succeeds(String... command) {
    try {
      var process =
          ChildProcess.builder(command)
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start();
      try {
        return process.waitFor(60, TimeUnit.SECONDS) && process.exitValue() == 0;
      } finally {
        process.destroyForcibly();
      }
    } catch (IOException e) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }
}
