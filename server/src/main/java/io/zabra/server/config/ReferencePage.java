// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.server.config;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

/// Writes `docs/configuration.md` from the table of settings.
public final class ReferencePage {

    private ReferencePage() {}

    /// The whole page in Markdown.
    public static String markdown() {
        var out = new StringBuilder(INTRODUCTION);
        for (Settings.Chapter chapter : Settings.CHAPTERS) {
            out.append("\n## ").append(chapter.title()).append("\n\n");
            switch (chapter.rows().getFirst().status()) {
                case Setting.Effective() -> effective(chapter.rows(), out);
                case Setting.WithoutEffect(String _) -> withoutEffect(chapter.rows(), out);
                case Setting.Refused(String _, List<String> _) -> refused(chapter.rows(), out);
            }
        }
        return out.toString();
    }

    private static void effective(List<Setting> rows, StringBuilder out) {
        out.append("| key | values | default | what it is |\n| --- | --- | --- | --- |\n");
        for (Setting row : rows) {
            out.append("| `").append(row.key()).append('`');
            if (!row.properties().contains("zookeeper." + row.key())
                            && !row.key().startsWith("zabra.")
                    || row.properties().size() > 1) {
                out.append("<br>property `").append(row.properties().getFirst()).append('`');
            }
            out.append(" | ").append(row.kind().describe()).append(" | ");
            out.append(row.defaultText().isEmpty() ? "" : "`" + row.defaultText() + "`");
            out.append(" | ").append(row.doc()).append(" |\n");
        }
    }

    private static void withoutEffect(List<Setting> rows, StringBuilder out) {
        out.append("""
            So that an existing `zoo.cfg` can be taken over, these keys are accepted; numbers and switches are checked.
            Each one that is set gets a warning at start.

            | why | keys |
            | --- | --- |
            """);
        var byReason = new TreeMap<String, List<String>>();
        for (Setting row : rows) {
            if (row.status() instanceof Setting.WithoutEffect(String reason)) {
                byReason.computeIfAbsent(reason, unused -> new ArrayList<>()).add("`" + row.key() + "`");
            }
        }
        byReason.forEach((reason, keys) -> out.append("| ")
                .append(reason)
                .append(" | ")
                .append(String.join(", ", keys))
                .append(" |\n"));
    }

    private static void refused(List<Setting> rows, StringBuilder out) {
        out.append("""
            A server that ignored these would be less safe than its owner believes, so it does not start with them.

            | key | accepted values | why it is refused |
            | --- | --- | --- |
            """);
        for (Setting row : rows) {
            if (row.status() instanceof Setting.Refused(String reason, List<String> harmless)) {
                out.append("| `").append(row.key()).append("` | ");
                out.append(harmless.isEmpty() ? "" : "`" + String.join("`, `", harmless) + "`");
                out.append(" | ").append(reason).append(" |\n");
            }
        }
    }

    private static final String INTRODUCTION = """
        # Configuration

        <!-- Written from the table in server/config/Settings; to write it anew: see CONTRIBUTING.md. -->

        `./zabra server` without a file serves on port 2181 of this machine only (`clientPortAddress=127.0.0.1`), with
        a tick of two seconds and its data in the folder `data` below the current one.

        `./zabra server --config FILE` reads a `zoo.cfg` as Apache ZooKeeper 3.9 does: Java properties syntax
        (ISO-8859-1; `#` and `!` begin comment lines; `\\` at the end joins lines; of several lines for one key the last
        one counts). `--print-config` shows every setting that would hold, and where it comes from.

        A key `X` in the file and the system property `zookeeper.X` mean the same. Where the table names another
        property, both may be used, and `X` in the file works too, which it does not in Apache. System properties are
        also taken from `-D` options in the environment variables `SERVER_JVMFLAGS` and `JVMFLAGS`. As in Apache, the
        file ranks above the properties; of the variables, `JVMFLAGS` ranks above `SERVER_JVMFLAGS`.

        Wrong values are reported together, with file and line, and the process ends with exit code 2; groups and
        weights are looked at when the lines of the servers are right. Apache takes many wrong values for the default,
        or for `false`. An unknown key gets a warning with the nearest known name, if one is near.

        Switches are `true` or `false`, in capital or small letters. Numbers are decimal, or hexadecimal after `0x`.
        Keys that begin with `zabra.` are not known to Apache, which ignores them; their system property has the same
        name.

        A server whose list (`server.<id>`) has several participants is a member of an ensemble; the file `myid` in
        `dataDir` holds its id, 0 to 255, and no more. The version of the list is the hexadecimal number at the end of
        the name of the `dynamicConfigFile`, or 0.
        """;
}
