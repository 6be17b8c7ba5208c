package org.p3s.watcher.scan;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.p3s.contracts.Ids;
import org.p3s.watcher.domain.Rules;
import org.p3s.watcher.domain.Watch;
import org.p3s.watcher.ledger.Arrival;
import org.p3s.watcher.ledger.Ledger;

/** One watch at work. Blocks; used by the watcher's own thread only. */
final class Scanner {

  private static final Duration LIMIT = Duration.ofSeconds(60);

  /**
   * @param due when to look again; null if nothing but a scan is to do so
   */
  private record Look(
      long size, Instant mtime, Instant first, Instant since, @Nullable Instant due) {

    private Look again(@Nullable Instant time) {
      return new Look(size, mtime, first, since, time);
    }

    private boolean isDue(Instant now) {
      return due != null && !due.isAfter(now);
    }
  }

  private final Watch watch;
  private final Directory directory;
  private final Ledger ledger;
  private final InstantSource clock;
  private final Map<Path, Look> looks = new HashMap<>();

  Scanner(Watch watch, Ledger ledger, InstantSource clock) {
    this.watch = watch;
    this.directory = new Directory(watch);
    this.ledger = ledger;
    this.clock = clock;
  }

  Watch watch() {
    return watch;
  }

  /** Reads the whole directory; the directories that should be listened to. */
  List<Path> scan() throws IOException {
    settle();
    // Files that went away while they were looked at are forgotten.
    looks.keySet().removeIf(path -> !Files.exists(path));
    List<Path> failed = new ArrayList<>();
    List<Path> directories =
        directory.read(
            chunk -> {
              try {
                examine(chunk);
              } catch (IOException e) {
                failed.add(chunk.get(0));
              }
            });
    if (!failed.isEmpty()) {
      throw new IOException("cannot read " + failed.get(0));
    }
    return directories;
  }

  /** Looks at files that something was told of. */
  void hint(Set<Path> files) throws IOException {
    List<Path> matching =
        files.stream().map(this::withoutMarker).filter(directory::matches).distinct().toList();
    if (!matching.isEmpty()) {
      examine(matching);
    }
  }

  /** Looks again at files that may have become whole; when to do so next. */
  Optional<Instant> recheck() throws IOException {
    Instant now = clock.instant();
    List<Path> due = new ArrayList<>();
    looks.forEach(
        (file, look) -> {
          if (look.isDue(now)) {
            due.add(file);
          }
        });
    if (!due.isEmpty()) {
      examine(due);
    }
    return looks.values().stream()
        .map(Look::due)
        .filter(Objects::nonNull)
        .min(Comparator.naturalOrder());
  }

  private Path withoutMarker(Path file) {
    String marker = watch.marker();
    String path = file.toString();
    return marker != null && path.endsWith(marker)
        ? Path.of(path.substring(0, path.length() - marker.length()))
        : file;
  }

  private void examine(List<Path> files) throws IOException {
    Map<String, Path> byPath = new LinkedHashMap<>();
    files.forEach(file -> byPath.put(file.toString(), file));
    Set<String> undecided = ledger.undecided(watch.name(), byPath.keySet()).await().atMost(LIMIT);
    // Decided elsewhere: by another replica, or before this one was started.
    files.stream().filter(file -> !undecided.contains(file.toString())).forEach(looks::remove);
    List<Arrival> arrivals = new ArrayList<>();
    long room = undecided.isEmpty() ? 0 : room();
    for (String path : undecided) {
      Path file = byPath.get(path);
      if (file == null) {
        continue;
      }
      Arrival arrival = look(file, room);
      if (arrival != null) {
        arrivals.add(arrival);
        room -= arrival.state().equals("arrived") ? 1 : 0;
      }
    }
    if (!arrivals.isEmpty()) {
      ledger.take(watch, arrivals).await().atMost(LIMIT);
      arrivals.stream()
          .filter(arrival -> !arrival.state().equals("seen"))
          .forEach(arrival -> looks.remove(Path.of(arrival.path())));
    }
  }

  private long room() {
    Integer cap = watch.cap();
    return cap == null ? Long.MAX_VALUE : cap - ledger.underWay(watch.name()).await().atMost(LIMIT);
  }

  private @Nullable Arrival look(Path file, long room) throws IOException {
    Optional<BasicFileAttributes> attributes = Directory.attributes(file);
    if (attributes.isEmpty()) {
      looks.remove(file);
      return null;
    }
    Instant now = clock.instant();
    long size = attributes.get().size();
    Instant mtime = attributes.get().lastModifiedTime().toInstant();
    Look before = looks.get(file);
    boolean same = before != null && before.size() == size && before.mtime().equals(mtime);
    Look look =
        new Look(
            size,
            mtime,
            before == null ? now : before.first(),
            same && before != null ? before.since() : now,
            null);
    Rules.Sight sight =
        new Rules.Sight(name(file), size, mtime, look.since(), directory.isMarked(file));
    Optional<Instant> again = Rules.lookAgain(watch, sight, now);
    looks.put(file, look.again(again.orElse(null)));
    if (again.isPresent() || room <= 0) {
      return before == null ? arrival(file, look, "seen", room <= 0 ? "cap" : null, null) : null;
    }
    return Rules.chosen(watch, name(file))
        ? arrival(file, look, "arrived", null, now)
        : arrival(file, look, "skipped", "fraction", now);
  }

  private Arrival arrival(
      Path file, Look look, String state, @Nullable String reason, @Nullable Instant whole) {
    Rules.RunNumber run = Rules.run(name(file));
    Path parent = file.getParent();
    return new Arrival(
        Ids.next(),
        file.toString(),
        parent == null ? "/" : parent.toString(),
        name(file),
        look.size(),
        look.mtime(),
        state,
        reason,
        run.run(),
        run.subrun(),
        look.first(),
        whole);
  }

  /** Moves or deletes what is processed. A failure is noted and the file stays. */
  void settle() {
    Map<UUID, String> notes = new HashMap<>();
    for (Ledger.Todo todo : ledger.todo(watch.name()).await().atMost(LIMIT)) {
      Path file = Path.of(todo.path());
      try {
        if (todo.what().equals("delete")) {
          Files.deleteIfExists(file);
          notes.put(todo.uuid(), "deleted");
        } else if (Files.exists(file)) {
          Path target = Path.of(String.valueOf(watch.moveTo())).resolve(name(file));
          Files.move(file, target, StandardCopyOption.REPLACE_EXISTING);
          notes.put(todo.uuid(), "moved to " + target);
        } else {
          notes.put(todo.uuid(), "was gone before it could be moved");
        }
      } catch (IOException e) {
        notes.put(todo.uuid(), "not " + todo.what() + "d: " + e);
      }
    }
    ledger.settled(notes).await().atMost(LIMIT);
  }

  private static String name(Path file) {
    return String.valueOf(file.getFileName());
  }
}
