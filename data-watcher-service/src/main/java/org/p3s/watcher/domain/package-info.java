/** The rules of a watch; no I/O. */
@NullMarked
package org.p3s.watcher.domain;

import org.jspecify.annotations.NullMarked;
