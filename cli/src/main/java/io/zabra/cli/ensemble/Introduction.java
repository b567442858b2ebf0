// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.cli.ensemble;

import java.io.PrintStream;
import java.util.List;

/// What a user needs to know of an ensemble that was just started.
final class Introduction {

    private Introduction() {}

    /// @param takesChanges whether the members are told to take changes of their list
    static void print(
            Layout layout, List<MemberProcess> members, Launcher launcher, boolean takesChanges, PrintStream out) {
        out.println("An ensemble of " + layout.ids().size() + ", with its data in " + layout.folder());
        if (layout.kept()) {
            out.println("Each goes on with the list of members that it has by reconfig, whatever --base-port says.");
        }
        if (layout.kept() && !takesChanges) {
            out.println(
                    "They are told to take no change of it, and one that was removed does not start. With changes:");
            out.println("  SERVER_JVMFLAGS=" + KeptConfig.TAKES_CHANGES + " ...");
        }
        out.println();
        out.println("  member  clients          quorum  election  process  log");
        for (MemberProcess member : members) {
            Ports ports = layout.ports(member.id());
            out.printf(
                    "  %-6d  127.0.0.1:%-5d  %-6d  %-8d  %-7d  %s%n",
                    member.id(),
                    ports.client(),
                    ports.quorum(),
                    ports.election(),
                    member.pid(),
                    layout.log(member.id()));
        }
        out.println();
        out.println("To connect: " + launcher.shell(layout.connectString()));
        out.println("To stop:    Ctrl-C");
        out.println();
        out.flush();
    }
}
