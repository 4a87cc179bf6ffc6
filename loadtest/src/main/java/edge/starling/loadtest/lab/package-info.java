/** What every experiment is, and what it is given. */
@NullMarked
package edge.starling.loadtest.lab;

import org.jspecify.annotations.NullMarked;
