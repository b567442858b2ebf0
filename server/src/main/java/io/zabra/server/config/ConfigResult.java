// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.server.config;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.Supplier;

/// What reading the configuration came to.
public sealed interface ConfigResult {

    /// Things to tell the operator that do not keep the server from starting, by file and line.
    List<Problem> warnings();

    /// The server can start with `config`.
    ///
    /// @param config the settings
    /// @param listing makes a text of the settings as `--print-config` shows them: one `key=value` a line with its
    ///     origin, no secrets
    /// @param warnings see [#warnings]
    record Accepted(ServerConfig config, Supplier<String> listing, List<Problem> warnings) implements ConfigResult {

        public Accepted {
            warnings = sorted(warnings);
        }
    }

    /// The server cannot start; `Main` prints all problems and exits with [#EXIT_CODE].
    ///
    /// @param problems everything that is wrong, by file and line, never empty
    /// @param warnings see [#warnings]
    record Rejected(List<Problem> problems, List<Problem> warnings) implements ConfigResult {

        public Rejected {
            problems = sorted(problems);
            warnings = sorted(warnings);
        }
    }

    private static List<Problem> sorted(List<Problem> problems) {
        List<Problem> sorted = new ArrayList<>(problems);
        Collections.sort(sorted);
        return Collections.unmodifiableList(sorted);
    }

    /// Exit code of a process whose configuration is wrong, the same as Apache's.
    int EXIT_CODE = 2;
}
