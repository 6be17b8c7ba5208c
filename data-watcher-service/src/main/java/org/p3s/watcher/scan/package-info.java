/** Directories: hints from the operating system, and the scan that is the truth. */
@NullMarked
package org.p3s.watcher.scan;

import org.jspecify.annotations.NullMarked;
