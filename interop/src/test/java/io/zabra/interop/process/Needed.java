// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.interop.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.util.List;

/// What a test needs of the machine besides a JVM.
///
/// Where it is missing the test is skipped, and says so; but it fails if the environment variable `ZABRA_REQUIRED`, a
/// list with spaces between, has the name of what is missing. Continuous integration puts in what it has installed.
public enum Needed {
    KAZOO("kazoo", "the Debian package python3-kazoo"),
    C_SHELL("c-shell", "the Debian package zookeeper-bin"),
    SMALL_DISK("small-disk", "root, to mount a small disk"),
    NAMESPACES("namespaces", "root, for network namespaces");

    private static final List<String> REQUIRED =
            List.of(System.getenv().getOrDefault("ZABRA_REQUIRED", "").split(" "));

    private final String id;
    private final String what;

    Needed(String id, String what) {
        this.id = id;
        this.what = what;
    }

    /// Goes on if it is there; else the test ends here.
    ///
    /// @param said what the attempt to use it has said
    public void check(boolean there, String said) {
        check(there, said, REQUIRED);
    }

    void check(boolean there, String said, List<String> required) {
        if (required.contains(id)) {
            assertThat(there)
                    .as("ZABRA_REQUIRED has %s: needs %s %s", id, what, said)
                    .isTrue();
        }
        assumeThat(there).as("skipped: needs %s %s", what, said).isTrue();
    }
}
