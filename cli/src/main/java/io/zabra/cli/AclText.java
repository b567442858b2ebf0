// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.cli;

import io.zabra.wire.data.Acl;
import io.zabra.wire.data.Id;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;

/// Reads ACLs as users type them: `scheme:id:perms`, several with commas between.
final class AclText {

    private static final String LETTERS = "rwcda";
    private static final int[] BITS = {Acl.READ, Acl.WRITE, Acl.CREATE, Acl.DELETE, Acl.ADMIN};

    private AclText() {}

    /// What is not an entry is told to `err` and left out.
    static List<Acl> parse(String text, PrintStream err) {
        List<Acl> list = new ArrayList<>();
        for (String entry : text.split(",")) {
            int first = entry.indexOf(':');
            int last = entry.lastIndexOf(':');
            if (first == last) {
                err.println(entry + " does not have the form scheme:id:perm");
            } else {
                Id id = new Id(entry.substring(0, first), entry.substring(first + 1, last));
                list.add(new Acl(permissions(entry.substring(last + 1), err), id));
            }
        }
        return list;
    }

    private static int permissions(String letters, PrintStream err) {
        int perms = 0;
        for (int i = 0; i < letters.length(); i++) {
            char letter = letters.charAt(i);
            int at = LETTERS.indexOf(letter);
            if (at < 0) {
                err.println("Unknown perm type: " + letter);
            } else {
                perms |= BITS[at];
            }
        }
        return perms;
    }
}
