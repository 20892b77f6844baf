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

/** A tool that some tests need in addition to a JDK, and how to install it. */
public enum Tool {
  BROWSER(
      "no executable chromium or google-chrome: apt-get install chromium, or set BOOKMARKET_BROWSER to one") {
    @Override
    boolean isAvailable() {
      return browser().isPresent();
    }
  },
  PYTHON(
      "no /usr/bin/python3 with gRPC and requests, protoc and grpc_python_plugin: apt-get install"
          + " python3-grpcio python3-protobuf python3-requests protobuf-compiler"
          + " protobuf-compiler-grpc") {
    @Override
    boolean isAvailable() {
      return onPath("protoc").isPresent()
          && onPath("grpc_python_plugin").isPresent()
          && succeeds("/usr/bin/python3", "-c", "import grpc, google.protobuf, requests");
    }
  },
  GIT("no git: apt-get install git") {
    @Override
    boolean isAvailable() {
      return onPath("git").isPresent();
    }
  },
  CURL("no curl: apt-get install curl") {
    @Override
    boolean isAvailable() {
      return onPath("curl").isPresent();
    }
  },
  DOCKER("no container engine responds to `docker info`: start one") {
    @Override
    boolean isAvailable() {
      return succeeds("docker", "info");
    }
  },
  KUBECTL("no kubectl that renders a kustomization: install 1.26 or newer") {
    @Override
    boolean isAvailable() {
      return succeeds("kubectl", "version", "--client");
    }
  },
  SHELL("no sh and perl, which the commands in docs/ need: use Linux, macOS or WSL") {
    @Override
    boolean isAvailable() {
      return onPath("sh").isPresent() && onPath("perl").isPresent();
    }
  },
  SIGNALS("no shell that can suspend a process: use Linux, macOS or WSL") {
    @Override
    boolean isAvailable() {
      return onPath("sh").isPresent();
    }
  },
  NGINX("no nginx on the PATH or in /usr/sbin: apt-get install nginx-light") {
    @Override
    boolean isAvailable() {
      return nginx().isPresent();
    }
  },
  PRLIMIT("no prlimit, which limits the size of files: use Linux with util-linux") {
    @Override
    boolean isAvailable() {
      return onPath("prlimit").isPresent();
    }
  },
  PGBOUNCER("no pgbouncer: apt-get install pgbouncer") {
    @Override
    boolean isAvailable() {
      return onPath("pgbouncer").isPresent();
    }
  },
  IPV6("::1 is not an address of this machine: enable IPv6 on the loopback") {
    @Override
    boolean isAvailable() {
      return Ports.canListenOn("::1");
    }
  },
  PRIVILEGED_PORTS(
      "no setpriv that can drop the permission for port 80: use Linux with util-linux, as root,"
          + " with net.ipv4.ip_unprivileged_port_start above 80") {
    @Override
    boolean isAvailable() {
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
    boolean isAvailable() {
      return Ports.canListenOn("127.0.0.2");
    }
  };

  private final String remedy;

  Tool(String remedy) {
    this.remedy = remedy;
  }

  /** Returns whether this machine has the tool. */
  abstract boolean isAvailable();

  /** Returns what is missing and how to fix that. */
  String remedy() {
    return remedy;
  }

  /** Returns the browser to use. */
  static Optional<Path> browser() {
    var configured = System.getenv("BOOKMARKET_BROWSER");
    if (configured != null && !configured.isBlank()) {
      return Optional.of(Path.of(configured)).filter(Files::isExecutable);
    }
    return Stream.of("chromium", "google-chrome")
        .flatMap(name -> onPath(name).stream())
        .findFirst();
  }

  /** Returns the nginx to use; Debian installs it in a folder that is only on the PATH of root. */
  static Optional<Path> nginx() {
    return onPath("nginx")
        .or(() -> Optional.of(Path.of("/usr/sbin/nginx")).filter(Files::isExecutable));
  }

  /** Returns the executable file of this name on the PATH. */
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
