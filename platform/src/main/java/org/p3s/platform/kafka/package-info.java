/** Topics and direct sends. */
@NullMarked
package org.p3s.platform.kafka;

import org.jspecify.annotations.NullMarked;
