// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.core.auth;

import io.zabra.wire.data.Id;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// One way to prove who one is, and to name such persons in an ACL (Apache: AuthenticationProvider).
///
/// Implementations are stateless and pure.
public interface AuthScheme {

    /// The scheme's name as it stands in ACLs and auth packets.
    String name();

    /// Whether an ACL entry of scheme `auth` stands for credentials of this scheme.
    boolean authenticated();

    /// Whether `id` may stand in an ACL entry of this scheme.
    boolean validId(String id);

    /// Whether the holder of `credential` is meant by the ACL entry `id`.
    boolean matches(String credential, String id);

    /// Whether an ACL entry means exactly the credential that is equal to it.
    boolean exact();

    /// The credentials that an auth packet earns, or null when it is refused.
    ///
    /// @param token the bytes of the packet, possibly empty
    /// @param remoteAddress the address of the peer as text
    @Nullable
    List<Id> authenticate(byte[] token, String remoteAddress);

    /// The name that `whoAmI` shows for a credential of this scheme.
    String userName(String credential);
}
