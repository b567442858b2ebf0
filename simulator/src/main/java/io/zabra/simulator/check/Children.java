// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.simulator.check;

import io.zabra.wire.WireReader;
import io.zabra.wire.client.EncodedChildrenResponse;
import io.zabra.wire.client.Response;
import io.zabra.wire.data.Stat;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// Compares an encoded list of children with the names that it must hold, in whatever order.
final class Children {

    private Children() {}

    static boolean match(@Nullable Response body, Set<String> names, Stat stat) {
        if (!(body instanceof EncodedChildrenResponse(byte[] encoded, Stat told)) || !stat.equals(told)) {
            return false;
        }
        List<String> list = new WireReader(encoded).list(WireReader::string);
        return list.size() == names.size() && sorted(list).equals(sorted(names));
    }

    private static Set<String> sorted(Collection<String> names) {
        return new TreeSet<>(names);
    }
}
