// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.client;

import io.zabra.client.transport.ConnectString;
import io.zabra.client.transport.Transport;
import io.zabra.wire.client.AuthRequest;
import java.io.IOException;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Supplier;

/// All that a client is built with; [ZabraClient.Builder] fills it in.
record ClientOptions(
        ConnectString servers,
        int sessionTimeoutMs,
        boolean readOnlyAllowed,
        List<AuthRequest> credentials,
        ClientLimits limits,
        Consumer<SessionState> stateListener,
        Consumer<IOException> failureListener,
        Supplier<Transport> transport) {}
