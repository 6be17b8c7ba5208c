package org.p3s.standalone.stack;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Optional;

/**
 * A file {@code run/NAME.json} that identifies a process, for commands that run later. The process
 * id alone does not, because another process may have got it meanwhile.
 *
 * @param started start time of the process in ms since 1970, to recognize it
 * @param port 0 if it listens on no port
 * @param restarts how often the supervisor started it again
 */
record ProcessRecord(String name, long pid, long started, int port, int restarts) {

  private static final ObjectMapper JSON = new ObjectMapper();

  static ProcessRecord of(String name, ProcessHandle process, int port, int restarts) {
    return new ProcessRecord(name, process.pid(), startMillis(process), port, restarts);
  }

  private static long startMillis(ProcessHandle process) {
    return process.info().startInstant().map(java.time.Instant::toEpochMilli).orElse(0L);
  }

  /** Writes or replaces the file in that directory. */
  void write(Path dir) throws IOException {
    Path file = dir.resolve(name + ".json");
    Path part = dir.resolve(name + ".json.new");
    Files.writeString(part, JSON.writeValueAsString(this));
    Files.move(part, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  /** The record of that name in a directory; empty if there is none. */
  static Optional<ProcessRecord> read(Path dir, String name) {
    try {
      return Optional.of(
          JSON.readValue(Files.readString(dir.resolve(name + ".json")), ProcessRecord.class));
    } catch (JsonProcessingException e) {
      // Half of a file, because the disk was full: the same as none.
      return Optional.empty();
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /** The process, if it runs and is the one that was recorded. */
  Optional<ProcessHandle> alive() {
    return ProcessHandle.of(pid)
        .filter(ProcessHandle::isAlive)
        .filter(process -> Math.abs(startMillis(process) - started) < 50);
  }
}
