// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.client;

import io.zabra.wire.data.Stat;
import java.util.List;

/// The children of a znode: their names, not their paths, in no promised order.
///
/// @param stat the Stat of the parent
public record Children(List<String> names, Stat stat) {

    public Children {
        names = List.copyOf(names);
    }
}
