/** The HTTP API for pilots and people. */
@NullMarked
package org.p3s.broker.http;

import org.jspecify.annotations.NullMarked;
