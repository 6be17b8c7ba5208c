package org.p3s.watcher.domain;

/** Parts of paths. Paths are text with {@code /} between the parts, whatever the storage is. */
public final class PathText {

  /** The last part: {@code c} for {@code /a/b/c}. */
  public static String fileName(String path) {
    return path.substring(path.lastIndexOf('/') + 1);
  }

  /** All but the last part: {@code /a/b} for {@code /a/b/c}. */
  public static String directory(String path) {
    int slash = path.lastIndexOf('/');
    return slash <= 0 ? "/" : path.substring(0, slash);
  }

  /** True if the path is that directory or lies below it. */
  public static boolean isWithin(String path, String directory) {
    String prefix = directory.endsWith("/") ? directory : directory + "/";
    return path.equals(directory) || path.startsWith(prefix);
  }

  private PathText() {}
}
