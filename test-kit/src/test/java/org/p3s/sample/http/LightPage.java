package org.p3s.sample.http;

import org.p3s.sample.postgres.LightTable;

/** Breaks a rule: an adapter uses another one. */
final class LightPage {

  final LightTable table = new LightTable();
}
