// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.wire.client;

import io.zabra.wire.WireReader;
import io.zabra.wire.WireWriter;
import java.util.List;

/// Answer to `whoAmI`, in no promised order.
public record WhoAmIResponse(List<ClientInfo> clients) implements Response {

    public static WhoAmIResponse read(WireReader in) {
        return new WhoAmIResponse(in.list(ClientInfo::read));
    }

    @Override
    public void write(WireWriter out) {
        out.list(clients);
    }
}
