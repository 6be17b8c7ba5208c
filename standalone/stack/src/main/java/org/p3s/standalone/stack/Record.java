package org.p3s.standalone.stack;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Optional;

/**
 * What is written down of a process, so that whoever comes later knows it again: a number alone may
 * by then be another process's.
 */
record Record(String name, long pid, long started, int port, int restarts) {

  private static final ObjectMapper JSON = new ObjectMapper();

  static Record of(String name, ProcessHandle process, int port, int restarts) {
    return new Record(name, process.pid(), start(process), port, restarts);
  }

  private static long start(ProcessHandle process) {
    return process.info().startInstant().map(java.time.Instant::toEpochMilli).orElse(0L);
  }

  void write(Path dir) throws IOException {
    Path file = dir.resolve(name + ".json");
    Path fresh = dir.resolve(name + ".json.new");
    Files.writeString(fresh, JSON.writeValueAsString(this));
    Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  static Optional<Record> read(Path dir, String name) {
    try {
      return Optional.of(
          JSON.readValue(Files.readString(dir.resolve(name + ".json")), Record.class));
    } catch (JsonProcessingException e) {
      // Half a record, from a full disk: as good as none.
      return Optional.empty();
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /** The process, if it still is the one that was written down. */
  Optional<ProcessHandle> alive() {
    return ProcessHandle.of(pid)
        .filter(ProcessHandle::isAlive)
        .filter(process -> Math.abs(start(process) - started) < 50);
  }
}
