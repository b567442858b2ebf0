// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.client;

/// Limits of one client; each says what happens when it is reached.
///
/// @param maxOutstandingRequests requests without an answer; beyond it new ones fail with [ZabraException.Overloaded]
/// @param maxOutstandingBytes bytes of such requests; beyond it new ones fail with [ZabraException.Overloaded]
/// @param maxRequestBytes bytes of one request; a longer one fails at once, since the server would cut the connection
/// @param maxReplyBytes bytes of one reply; a longer one cuts the connection
/// @param maxUndeliveredEvents callbacks that wait for the executor; beyond it the client reads no more from the server
/// until half of them are done, and goes on pinging
public record ClientLimits(
        int maxOutstandingRequests,
        long maxOutstandingBytes,
        int maxRequestBytes,
        int maxReplyBytes,
        int maxUndeliveredEvents) {

    /// What servers accept unless `jute.maxbuffer` is set.
    private static final int JUTE_MAX_BUFFER = 0xfffff;

    public static final ClientLimits DEFAULT = new ClientLimits(100_000, 64 << 20, JUTE_MAX_BUFFER, 64 << 20, 100_000);

    public ClientLimits {
        if (maxOutstandingRequests < 1 || maxOutstandingBytes < 1 || maxRequestBytes < 1) {
            throw new IllegalArgumentException("Limits of a client must be above 0");
        }
        if (maxReplyBytes < 1 || maxUndeliveredEvents < 1) {
            throw new IllegalArgumentException("Limits of a client must be above 0");
        }
    }
}
