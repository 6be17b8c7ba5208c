package org.p3s.pilot.report;

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
import org.p3s.pilot.console.PilotLog;
import org.p3s.pilot.http.JsonFields;
import org.p3s.pilot.job.AssignedJob;
import org.p3s.pilot.lifecycle.PilotSession;

/**
 * The finish reports on disk, from the end of a payload until the broker has accepted or refused
 * the report. A report is the file {@code <work>/spool/<job>.<lease>.json}. Only its owner can read
 * it, because it contains the token of the pilot that may deliver it.
 */
public final class ReportSpool {

  /**
   * A report in the spool; {@code broker} and {@code token} are those of the pilot that wrote it.
   */
  record Entry(
      Path file, UUID job, String broker, String token, Map<String, @Nullable Object> report) {

    Entry with(Map<String, @Nullable Object> newReport) {
      return new Entry(file, job, broker, token, newReport);
    }
  }

  private static final FileAttribute<Set<PosixFilePermission>> OWNER_ONLY =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));
  private static final FileAttribute<Set<PosixFilePermission>> OWNER_ONLY_DIR =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));

  /** Larger than the largest report. */
  private static final int RESERVE_BYTES = 2 * 1024 * 1024;

  private final Path dir;
  private final Path reserve;

  public ReportSpool(Path work) throws IOException {
    dir = work.resolve("spool");
    reserve = dir.resolve("reserve");
    Files.createDirectories(dir, OWNER_ONLY_DIR);
    Files.createDirectories(dir.resolve("refused"), OWNER_ONLY_DIR);
    createReserve();
  }

  /** Creates a file whose space is used for a report when a payload has filled the disk. */
  private void createReserve() {
    try {
      if (!Files.exists(reserve)) {
        Files.write(reserve, new byte[RESERVE_BYTES]);
      }
    } catch (IOException e) {
      removeReserve();
    }
  }

  private void removeReserve() {
    try {
      Files.deleteIfExists(reserve);
    } catch (IOException e) {
      PilotLog.line("the reserve of the spool cannot be removed: %s", PilotLog.describe(e));
    }
  }

  /**
   * Writes a report. It survives the end of the pilot from now on, but a crash of the machine only
   * after {@link #sync}: usually the report is delivered at once, and a sync per job would cost
   * much.
   */
  Path write(AssignedJob job, PilotSession session, Map<String, @Nullable Object> report)
      throws IOException {
    try {
      return tryWrite(job, session, report);
    } catch (IOException e) {
      removeReserve();
      return tryWrite(job, session, report);
    }
  }

  private Path tryWrite(AssignedJob job, PilotSession session, Map<String, @Nullable Object> report)
      throws IOException {
    Map<String, @Nullable Object> entry = new LinkedHashMap<>();
    entry.put("job", job.job().toString());
    entry.put("broker", session.broker());
    entry.put("token", session.token());
    entry.put("report", report);
    Path file = dir.resolve(job.job() + "." + job.lease() + ".json");
    Path fresh = dir.resolve(file.getFileName() + ".new");
    Files.deleteIfExists(fresh);
    try (FileChannel out =
        FileChannel.open(
            fresh, Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE), OWNER_ONLY)) {
      ByteBuffer bytes = ByteBuffer.wrap(JsonFields.write(entry));
      while (bytes.hasRemaining()) {
        out.write(bytes);
      }
    }
    Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
    return file;
  }

  /** To be called if the report has to wait: from now on it survives a crash of the machine. */
  void sync(Path file) {
    try (FileChannel report = FileChannel.open(file, StandardOpenOption.WRITE);
        FileChannel directory = FileChannel.open(dir, StandardOpenOption.READ)) {
      report.force(true);
      directory.force(true);
    } catch (IOException e) {
      PilotLog.line("a report may be lost if this machine crashes: %s", PilotLog.describe(e));
    }
  }

  /** The broker has accepted the report. */
  void remove(Path file) {
    try {
      Files.deleteIfExists(file);
      createReserve();
    } catch (IOException e) {
      PilotLog.line("a delivered report cannot be removed from the spool: %s", e);
    }
  }

  /** The broker will never accept the report; it is kept without its token, for people. */
  void moveToRefused(Path file) {
    try {
      JsonFields entry = JsonFields.parse(Files.readAllBytes(file));
      Map<String, Object> kept = new LinkedHashMap<>(entry.map());
      kept.remove("token");
      Path to = dir.resolve("refused").resolve(file.getFileName());
      Files.deleteIfExists(to);
      Files.write(Files.createFile(to, OWNER_ONLY), JsonFields.write(kept));
      Files.deleteIfExists(file);
    } catch (IOException e) {
      PilotLog.line("a refused report cannot be moved out of the spool: %s", e);
    }
  }

  /** Whether a report of this pilot is still in the spool. */
  public boolean hasReportOf(UUID pilot) {
    return entries().stream()
        .anyMatch(entry -> pilot.toString().equals(entry.report().get("pilot")));
  }

  /** All reports that are not delivered yet, those of earlier pilots included. */
  List<Entry> entries() {
    List<Entry> all = new ArrayList<>();
    try (var files = Files.newDirectoryStream(dir, "*.json")) {
      for (Path file : files) {
        Entry entry = read(file);
        if (entry != null) {
          all.add(entry);
        }
      }
    } catch (IOException e) {
      PilotLog.line("cannot read the spool: %s", e);
    }
    return all;
  }

  private static @Nullable Entry read(Path file) {
    try {
      JsonFields entry = JsonFields.parse(Files.readAllBytes(file));
      JsonFields report = entry.object("report");
      return report == null
          ? null
          : new Entry(
              file,
              UUID.fromString(entry.required("job")),
              entry.required("broker"),
              entry.required("token"),
              new LinkedHashMap<>(report.map()));
    } catch (IOException | IllegalArgumentException e) {
      PilotLog.line(
          "%s in the spool is not a report and is not touched: %s",
          file.getFileName(), e.getMessage());
      return null;
    }
  }
}
