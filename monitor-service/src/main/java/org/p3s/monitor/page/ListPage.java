package org.p3s.monitor.page;

import io.quarkus.qute.Template;
import io.quarkus.qute.TemplateInstance;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.p3s.monitor.app.PageRequest;
import org.p3s.platform.http.Page;
import org.p3s.platform.http.Paging;

/** What all pages with a list have in common. */
final class ListPage {

  private static final int ROWS = 50;

  static PageRequest page(@Nullable String after) {
    return new PageRequest(Paging.after(after), ROWS);
  }

  /** The form sends an empty text where nothing is chosen. */
  static @Nullable String filter(@Nullable String value) {
    return value == null || value.isEmpty() ? null : value;
  }

  /** Fills a template with the data {@code rows}, {@code next} and {@code state}. */
  static TemplateInstance show(
      Template template, @Nullable String state, Page<Map<String, @Nullable Object>> page) {
    return template
        .data("rows", page.items())
        .data("next", page.next())
        .data("state", state == null ? "" : state);
  }

  private ListPage() {}
}
