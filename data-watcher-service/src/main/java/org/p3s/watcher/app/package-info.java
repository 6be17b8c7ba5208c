/** The use cases of the watcher, and what they need of the outside. */
@NullMarked
package org.p3s.watcher.app;

import org.jspecify.annotations.NullMarked;
