// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.core.request;

import io.zabra.wire.data.Id;
import java.util.List;

/// On whose behalf a request is prepared.
///
/// @param sessionId the session, or 0 for this server itself
/// @param alive whether the session still accepts requests
/// @param local whether only one server knows the session, so that it cannot own znodes
/// @param credentials who the connection had proved to be when the request arrived
public record Caller(long sessionId, boolean alive, boolean local, List<Id> credentials) {

    public Caller(long sessionId, boolean alive, List<Id> credentials) {
        this(sessionId, alive, false, credentials);
    }

    /// This server itself, which removes containers and expired znodes.
    public static final Caller SERVER = new Caller(0, true, List.of());
}
