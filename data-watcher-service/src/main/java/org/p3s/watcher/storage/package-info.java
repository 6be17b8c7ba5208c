/** Access to watched files; the only package that knows the kind of storage. */
@NullMarked
package org.p3s.watcher.storage;

import org.jspecify.annotations.NullMarked;
