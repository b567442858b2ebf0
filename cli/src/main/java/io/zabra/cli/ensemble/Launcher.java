// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.cli.ensemble;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/// The commands by which a user goes on with what was started here, with the options of Java that it was started with.
///
/// @param path of the launcher
/// @param options assignments for the shell, each with a blank behind it; empty if there are none
/// @param basePort that was asked for
record Launcher(String path, String options, int basePort) {

    /// What the launcher adds to the options of a server.
    private static final List<String> VARIABLES = List.of("SERVER_JVMFLAGS", "JVMFLAGS");

    static Launcher of(String path, Map<String, String> environment, int basePort) {
        StringBuilder options = new StringBuilder();
        for (String variable : VARIABLES) {
            String value = environment.getOrDefault(variable, "").strip();
            if (!value.isEmpty()) {
                options.append(variable).append('=').append(quoted(value)).append(' ');
            }
        }
        return new Launcher(path, options.toString(), basePort);
    }

    private static String quoted(String text) {
        return "'" + text.replace("'", "'\\''") + "'";
    }

    String server(Path config) {
        return options + path + " server --config " + config;
    }

    String shell(String servers) {
        return path + " shell -server " + servers;
    }

    String ensemble(Layout layout) {
        return options + path + " ensemble " + layout.ids().size() + " --base-port " + basePort + " --data "
                + layout.folder();
    }
}
