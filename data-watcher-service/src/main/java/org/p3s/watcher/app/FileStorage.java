package org.p3s.watcher.app;

import java.io.Closeable;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.p3s.watcher.domain.FileSnapshot;

/**
 * The storage of watched files. Paths are text with {@code /} between their parts.
 *
 * <p>All methods block. Their {@link IOException}s mean that the storage could not answer, and that
 * the same call may succeed later.
 */
public interface FileStorage {

  /** The greatest number of files that {@link #list} hands over at once. */
  int CHUNK = 5_000;

  /**
   * Files in a directory that are new or have changed.
   *
   * @param files their paths
   * @param incomplete true: not all of them are named, so the directory must be listed
   */
  record DirectoryChange(String directory, Set<String> files, boolean incomplete) {}

  /** Reports changes until it is closed. */
  interface ChangeEvents extends Closeable {

    /**
     * Starts to report changes in this directory, not in its subdirectories. A second call for the
     * same directory does nothing. Changes may get lost; a storage that can't report them does
     * nothing.
     */
    void subscribe(String directory);
  }

  /** The target of a move exists already. */
  final class TargetExistsException extends IOException {

    private static final long serialVersionUID = 1L;

    public TargetExistsException(String target) {
      super(target + " exists already");
    }
  }

  /**
   * The path of a directory without {@code .} and {@code ..}.
   *
   * @throws IllegalArgumentException if it is not an absolute path; the message says why
   */
  String normalize(String directory);

  /** True if this is a directory whose files can be listed. */
  boolean isReadableDirectory(String directory);

  /**
   * Lists the files of a directory in chunks.
   *
   * <p>Hidden subdirectories (.snapshot, .rsync-partial) and symbolic links to directories are not
   * entered.
   *
   * @param recursive true: with the files in its subdirectories
   * @param nameFilter accepts the names of the files to list
   * @param chunks gets paths, up to {@link #CHUNK} in each call. Some may be paths of directories
   *     and other entries that are not files; {@link #snapshot} is empty for them
   * @return the directories that were listed
   */
  List<String> list(
      String directory,
      boolean recursive,
      Predicate<String> nameFilter,
      Consumer<List<String>> chunks)
      throws IOException;

  /** Size and time of a regular file; empty if there is no regular file of this path. */
  Optional<FileSnapshot> snapshot(String path) throws IOException;

  /** True if there is a file or a directory of this path. */
  boolean exists(String path);

  /**
   * Moves a file into a directory and keeps its name.
   *
   * @return the new path
   * @throws TargetExistsException if the directory has an entry of that name; it is never replaced
   */
  String move(String path, String targetDirectory) throws IOException;

  /** Deletes a file; does nothing if it does not exist. */
  void delete(String path) throws IOException;

  /**
   * Opens a source of change events.
   *
   * @param listener called on a thread of the storage
   */
  ChangeEvents openChangeEvents(Consumer<DirectoryChange> listener);
}
