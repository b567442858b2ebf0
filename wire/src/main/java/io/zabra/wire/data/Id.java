// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.wire.data;

import io.zabra.wire.WireReader;
import io.zabra.wire.WireRecord;
import io.zabra.wire.WireWriter;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// An identity: an authentication scheme and a name within it. Hostile or careless clients may leave either out.
public record Id(@Nullable String scheme, @Nullable String id) implements WireRecord {

    public static Id read(WireReader in) {
        return new Id(in.stringOrNull(), in.stringOrNull());
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return this == other
                || other instanceof Id that && Objects.equals(scheme, that.scheme) && Objects.equals(id, that.id);
    }

    @Override
    public int hashCode() {
        return 31 * Objects.hashCode(scheme) + Objects.hashCode(id);
    }

    @Override
    public void write(WireWriter out) {
        out.string(scheme).string(id);
    }
}
