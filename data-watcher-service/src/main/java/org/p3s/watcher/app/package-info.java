/** The use cases of the watcher and the ports that they need. */
@NullMarked
package org.p3s.watcher.app;

import org.jspecify.annotations.NullMarked;
