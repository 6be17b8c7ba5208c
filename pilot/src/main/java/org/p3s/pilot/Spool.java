package org.p3s.pilot;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Reports on disk, from the end of a payload until the broker has accepted or refused them: {@code
 * <work>/spool/<job>.<lease>.json}, readable by their owner only, as each holds the token of the
 * pilot that may deliver it.
 */
final class Spool {

  /** A report that waits; {@code broker} and {@code token} are of the pilot that wrote it. */
  record Entry(
      Path file, UUID job, String broker, String token, Map<String, @Nullable Object> report) {

    Entry with(Map<String, @Nullable Object> other) {
      return new Entry(file, job, broker, token, other);
    }
  }

  private static final FileAttribute<Set<PosixFilePermission>> OWNER_ONLY =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));
  private static final FileAttribute<Set<PosixFilePermission>> OWNER_ONLY_DIR =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));

  /** More than the largest report. */
  private static final int RESERVE = 2 * 1024 * 1024;

  private final Path dir;
  private final Path reserve;

  Spool(Path work) throws IOException {
    dir = work.resolve("spool");
    reserve = dir.resolve("reserve");
    Files.createDirectories(dir, OWNER_ONLY_DIR);
    Files.createDirectories(dir.resolve("refused"), OWNER_ONLY_DIR);
    reserveRoom();
  }

  /** Room that is given up for a report when a payload has filled the disk. */
  private void reserveRoom() {
    try {
      if (!Files.exists(reserve)) {
        Files.write(reserve, new byte[RESERVE]);
      }
    } catch (IOException e) {
      giveRoom();
    }
  }

  private void giveRoom() {
    try {
      Files.deleteIfExists(reserve);
    } catch (IOException e) {
      Log.line("the reserve of the spool stays: %s", Http.why(e));
    }
  }

  /**
   * Outlives the pilot when this returns, and the machine after {@link #harden}: the report is
   * brought at once, and a machine that goes down in between takes the lease with it.
   */
  Path put(Assignment job, Session session, Map<String, @Nullable Object> report)
      throws IOException {
    try {
      return write(job, session, report);
    } catch (IOException e) {
      giveRoom();
      return write(job, session, report);
    }
  }

  private Path write(Assignment job, Session session, Map<String, @Nullable Object> report)
      throws IOException {
    Map<String, @Nullable Object> entry = new LinkedHashMap<>();
    entry.put("job", job.job().toString());
    entry.put("broker", session.broker);
    entry.put("token", session.token());
    entry.put("report", report);
    Path file = dir.resolve(job.job() + "." + job.lease() + ".json");
    Path fresh = dir.resolve(file.getFileName() + ".new");
    Files.deleteIfExists(fresh);
    try (FileChannel out =
        FileChannel.open(
            fresh, Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE), OWNER_ONLY)) {
      ByteBuffer bytes = ByteBuffer.wrap(Fields.write(entry));
      while (bytes.hasRemaining()) {
        out.write(bytes);
      }
    }
    Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
    return file;
  }

  /** The report has to wait: now it is to outlive the machine, too. */
  void harden(Path file) {
    try (FileChannel report = FileChannel.open(file, StandardOpenOption.WRITE);
        FileChannel directory = FileChannel.open(dir, StandardOpenOption.READ)) {
      report.force(true);
      directory.force(true);
    } catch (IOException e) {
      Log.line("a report may not outlive this machine: %s", Http.why(e));
    }
  }

  /** The broker has it. */
  void accepted(Path file) {
    try {
      Files.deleteIfExists(file);
      reserveRoom();
    } catch (IOException e) {
      Log.line("a delivered report stays in the spool: %s", e);
    }
  }

  /** The broker will never take it; kept for people to look at, without the token. */
  void refused(Path file) {
    try {
      Fields entry = Fields.parse(Files.readAllBytes(file));
      Map<String, Object> kept = new LinkedHashMap<>(entry.map());
      kept.remove("token");
      Path to = dir.resolve("refused").resolve(file.getFileName());
      Files.deleteIfExists(to);
      Files.write(Files.createFile(to, OWNER_ONLY), Fields.write(kept));
      Files.deleteIfExists(file);
    } catch (IOException e) {
      Log.line("a refused report stays in the spool: %s", e);
    }
  }

  /** Whether a report of that pilot waits here. */
  boolean holdsReportOf(UUID pilot) {
    return leftOver().stream()
        .anyMatch(entry -> pilot.toString().equals(entry.report().get("pilot")));
  }

  /** What earlier pilots in this work directory could not deliver. */
  List<Entry> leftOver() {
    List<Entry> all = new ArrayList<>();
    try (var files = Files.newDirectoryStream(dir, "*.json")) {
      for (Path file : files) {
        Entry entry = read(file);
        if (entry != null) {
          all.add(entry);
        }
      }
    } catch (IOException e) {
      Log.line("cannot read the spool: %s", e);
    }
    return all;
  }

  private static @Nullable Entry read(Path file) {
    try {
      Fields entry = Fields.parse(Files.readAllBytes(file));
      Fields report = entry.object("report");
      return report == null
          ? null
          : new Entry(
              file,
              UUID.fromString(entry.need("job")),
              entry.need("broker"),
              entry.need("token"),
              new LinkedHashMap<>(report.map()));
    } catch (IOException | IllegalArgumentException e) {
      Log.line("%s is no report and stays where it is: %s", file.getFileName(), e.getMessage());
      return null;
    }
  }
}
