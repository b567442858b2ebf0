// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.wire.client;

import io.zabra.wire.WireReader;
import io.zabra.wire.WireRecord;
import io.zabra.wire.WireWriter;

/// A credential of a connection as `whoAmI` shows it: the scheme and the name of the user, without secrets.
public record ClientInfo(String scheme, String user) implements WireRecord {

    public static ClientInfo read(WireReader in) {
        return new ClientInfo(in.string(), in.string());
    }

    @Override
    public void write(WireWriter out) {
        out.string(scheme).string(user);
    }
}
