/** The HTTP API of watches and files. */
@NullMarked
package org.p3s.watcher.http;

import org.jspecify.annotations.NullMarked;
