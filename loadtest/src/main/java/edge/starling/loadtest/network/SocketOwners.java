package edge.starling.loadtest.network;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Finds out which of some processes has a TCP connection, from what Linux tells under {@code /proc}
 * of one's own processes. Thread-safe; blocks.
 */
final class SocketOwners {
  private final Path proc;
  private final Supplier<Map<Long, String>> processes;

  /**
   * @param proc where the kernel tells
   * @param processes the names of those that live, by their process id
   */
  SocketOwners(Path proc, Supplier<Map<Long, String>> processes) {
    this.proc = proc;
    this.processes = processes;
  }

  boolean canTell() {
    return Files.isReadable(proc.resolve("net/tcp"));
  }

  /**
   * The name of the process whose end of a connection within this machine has the first port, and
   * the other end the second one; null if it is none of the processes.
   */
  @Nullable String ownerOf(int localPort, int remotePort) throws IOException {
    String inode = inode(localPort, remotePort);
    if (inode == null) {
      return null;
    }
    for (Map.Entry<Long, String> process : processes.get().entrySet()) {
      if (holds(process.getKey(), "socket:[" + inode + "]")) {
        return process.getValue();
      }
    }
    return null;
  }

  /** Of IPv4, or of IPv6 that carries it, which Java uses where it can. */
  private @Nullable String inode(int localPort, int remotePort) throws IOException {
    for (String table : List.of("net/tcp6", "net/tcp")) {
      Path file = proc.resolve(table);
      if (Files.isReadable(file)) {
        try (Stream<String> lines = Files.lines(file)) {
          String inode =
              lines
                  .skip(1)
                  .map(line -> line.strip().split("\\s+"))
                  .filter(fields -> fields.length > 9)
                  .filter(fields -> port(fields[1]) == localPort && port(fields[2]) == remotePort)
                  .map(fields -> fields[9])
                  .findFirst()
                  .orElse(null);
          if (inode != null && !inode.equals("0")) {
            return inode;
          }
        }
      }
    }
    return null;
  }

  /** {@code 0100007F:1F90} is port 8080. */
  private static int port(String address) {
    return Integer.parseInt(address.substring(address.lastIndexOf(':') + 1), 16);
  }

  private boolean holds(long process, String socket) {
    Path folder = proc.resolve(process + "/fd");
    try (DirectoryStream<Path> open = Files.newDirectoryStream(folder)) {
      for (Path descriptor : open) {
        if (target(descriptor).equals(socket)) {
          return true;
        }
      }
      return false;
    } catch (IOException e) {
      return false; // the process has ended
    }
  }

  private static String target(Path descriptor) throws IOException {
    try {
      return Files.readSymbolicLink(descriptor).toString();
    } catch (NoSuchFileException e) {
      return ""; // closed meanwhile
    }
  }
}
