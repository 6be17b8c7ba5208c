package org.p3s.watcher.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DirectoryEventsTest {

  private final Set<String> changed = ConcurrentHashMap.newKeySet();

  @Test
  void a_new_file_in_a_subscribed_directory_is_reported(@TempDir Path dir) throws IOException {
    try (DirectoryEvents events =
        new DirectoryEvents(
            change -> {
              assertThat(change.directory()).isEqualTo(dir.toString());
              changed.addAll(change.files());
            })) {
      events.start();
      events.subscribe(dir.toString());
      Path file = Files.writeString(dir.resolve("new.raw"), "x");
      await().until(() -> changed.contains(file.toString()));
    }
  }

  @Test
  void a_directory_that_does_not_exist_is_no_failure(@TempDir Path dir) throws IOException {
    try (DirectoryEvents events = new DirectoryEvents(change -> {})) {
      events.start();
      events.subscribe(dir.resolve("missing").toString());
    }
  }
}
