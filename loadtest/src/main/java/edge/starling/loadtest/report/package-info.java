/** What an experiment found: rows, targets, errors; as text, JSON and chart. */
@NullMarked
package edge.starling.loadtest.report;

import org.jspecify.annotations.NullMarked;
