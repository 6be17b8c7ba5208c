/** The API. */
@NullMarked
package org.p3s.watcher.http;

import org.jspecify.annotations.NullMarked;
