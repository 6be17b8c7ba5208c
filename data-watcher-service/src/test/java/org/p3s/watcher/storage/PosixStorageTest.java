package org.p3s.watcher.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.p3s.watcher.app.FileStorage;

class PosixStorageTest {

  private final FileStorage storage = new PosixStorage();

  @TempDir Path dir;

  private Path write(String path, String content) throws IOException {
    Path file = dir.resolve(path);
    Files.createDirectories(file.getParent());
    return Files.writeString(file, content);
  }

  private List<String> list(boolean recursive) throws IOException {
    List<String> found = new ArrayList<>();
    storage.list(dir.toString(), recursive, name -> name.endsWith(".raw"), found::addAll);
    return found.stream().map(path -> dir.relativize(Path.of(path)).toString()).toList();
  }

  @Test
  void files_with_an_accepted_name_are_listed() throws IOException {
    write("a.raw", "a");
    write("b.txt", "b");
    write("sub/c.raw", "c");
    assertThat(list(false)).containsExactly("a.raw");
    assertThat(list(true)).containsExactlyInAnyOrder("a.raw", "sub/c.raw");
  }

  @Test
  void hidden_directories_and_links_to_directories_are_not_entered() throws IOException {
    write("sub/a.raw", "a");
    write(".snapshot/b.raw", "b");
    Files.createSymbolicLink(dir.resolve("sub/up"), dir);
    assertThat(list(true)).containsExactly("sub/a.raw");
  }

  @Test
  void the_directories_that_were_listed_are_returned() throws IOException {
    write("sub/deep/a.txt", "a");
    assertThat(storage.list(dir.toString(), true, name -> true, chunk -> {}))
        .containsExactlyInAnyOrder(
            dir.toString(), dir.resolve("sub").toString(), dir.resolve("sub/deep").toString());
  }

  @Test
  void a_long_list_comes_in_chunks() throws IOException {
    for (int i = 0; i <= FileStorage.CHUNK; i++) {
      Files.createFile(dir.resolve("f" + i));
    }
    List<Integer> sizes = new ArrayList<>();
    storage.list(dir.toString(), false, name -> true, chunk -> sizes.add(chunk.size()));
    assertThat(sizes).containsExactly(FileStorage.CHUNK, 1);
  }

  @Test
  void a_directory_that_cannot_be_listed_is_a_failure() {
    assertThatThrownBy(() -> storage.list(dir + "/missing", false, name -> true, chunk -> {}))
        .isInstanceOf(IOException.class);
  }

  @Test
  void a_snapshot_has_size_and_time_of_a_regular_file() throws IOException {
    Path file = write("a.raw", "four");
    Instant mtime = Files.getLastModifiedTime(file).toInstant();
    assertThat(storage.snapshot(file.toString()))
        .hasValueSatisfying(
            snapshot -> {
              assertThat(snapshot.size()).isEqualTo(4);
              assertThat(snapshot.mtime()).isEqualTo(mtime);
            });
    assertThat(storage.snapshot(dir.toString())).isEmpty();
    assertThat(storage.snapshot(dir + "/missing")).isEmpty();
  }

  @Test
  void a_file_is_moved_into_a_directory() throws IOException {
    Path file = write("a.raw", "new");
    Path archive = Files.createDirectory(dir.resolve("archive"));
    assertThat(storage.move(file.toString(), archive.toString()))
        .isEqualTo(archive.resolve("a.raw").toString());
    assertThat(file).doesNotExist();
    assertThat(archive.resolve("a.raw")).hasContent("new");
  }

  @Test
  void a_move_never_replaces_a_file() throws IOException {
    Path file = write("a.raw", "new");
    Path old = write("archive/a.raw", "old");
    assertThatThrownBy(() -> storage.move(file.toString(), dir + "/archive"))
        .isInstanceOf(FileStorage.TargetExistsException.class)
        .hasMessage(old + " exists already");
    assertThat(file).hasContent("new");
    assertThat(old).hasContent("old");
  }

  @Test
  void a_file_is_deleted_and_a_missing_one_is_no_failure() throws IOException {
    Path file = write("a.raw", "a");
    storage.delete(file.toString());
    storage.delete(file.toString());
    assertThat(storage.exists(file.toString())).isFalse();
  }

  @Test
  void a_directory_is_checked_and_normalized() {
    assertThat(storage.normalize(dir + "/sub/../.")).isEqualTo(dir.toString());
    assertThat(storage.isReadableDirectory(dir.toString())).isTrue();
    assertThat(storage.isReadableDirectory(dir + "/missing")).isFalse();
    assertThatThrownBy(() -> storage.normalize("relative/path"))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> storage.normalize("/with\0zero"))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
