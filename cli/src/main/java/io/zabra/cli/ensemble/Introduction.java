// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.cli.ensemble;

import java.io.PrintStream;
import java.util.List;

/// What a user needs to know of an ensemble that was just started.
final class Introduction {

    private Introduction() {}

    static void print(Layout layout, List<MemberProcess> members, String launcher, PrintStream out) {
        out.println("An ensemble of " + layout.ids().size() + ", with its data in " + layout.folder());
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
        out.println("To connect: " + launcher + " shell -server " + layout.connectString());
        out.println("To stop:    Ctrl-C");
        out.println();
        out.flush();
    }
}
