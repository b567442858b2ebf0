// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.core.auth;

import io.zabra.core.base.NodeConfig;
import io.zabra.wire.client.ClientInfo;
import io.zabra.wire.data.Acl;
import io.zabra.wire.data.Id;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Decides by ACL and credentials, and prepares ACLs for storing (client-protocol section 14; Apache: checkACL and
/// fixupACL). Stateless after construction.
public final class AccessControl {

    /// The scheme of a credential that may do everything.
    public static final String SUPER = "super";

    private static final String WORLD = "world";
    private static final String ANYONE = "anyone";
    private static final String AUTH = "auth";

    private final List<AuthScheme> schemes;
    private final boolean skip;

    public AccessControl(List<AuthScheme> schemes, boolean skip) {
        this.schemes = List.copyOf(schemes);
        this.skip = skip;
    }

    /// The schemes that need neither certificates nor tickets: `ip` and, unless switched off, `digest`.
    public static AccessControl of(NodeConfig.Tree config) {
        List<AuthScheme> schemes = new ArrayList<>();
        if (config.digestEnabled()) {
            schemes.add(new DigestScheme(config.digestAlgorithm(), config.superDigest()));
        }
        schemes.add(new IpScheme());
        return new AccessControl(schemes, config.skipAcl());
    }

    /// Whether a holder of `credentials` has at least one of the permission bits `perms` under `acl`.
    public boolean permits(@Nullable List<Acl> acl, int perms, List<Id> credentials) {
        if (skip || acl == null || acl.isEmpty() || acl == Acl.OPEN || isSuper(credentials)) {
            return true;
        }
        for (Acl entry : acl) {
            if ((entry.perms() & perms) != 0 && means(entry.id(), credentials)) {
                return true;
            }
        }
        return false;
    }

    /// The ACL to store for what a client sent, or null when it is invalid (INVALIDACL).
    public @Nullable List<Acl> fixUp(@Nullable List<Acl> acl, List<Id> credentials) {
        if (acl == null || acl.isEmpty()) {
            return null;
        }
        if (acl.equals(Acl.OPEN)) {
            return Acl.OPEN;
        }
        List<Acl> stored = new ArrayList<>();
        List<Acl> seen = new ArrayList<>();
        for (Acl entry : acl) {
            if (seen.contains(entry)) {
                continue;
            }
            seen.add(entry);
            if (!fixUp(entry, credentials, stored)) {
                return null;
            }
        }
        return stored;
    }

    /// What an auth packet of `scheme` earns, or null when scheme or token are refused (AUTHFAILED).
    public @Nullable List<Id> authenticate(@Nullable String scheme, byte @Nullable [] token, String remoteAddress) {
        AuthScheme found = find(scheme);
        return found == null ? null : found.authenticate(token == null ? new byte[0] : token, remoteAddress);
    }

    /// The answer to `whoAmI`.
    public List<ClientInfo> whoAmI(List<Id> credentials) {
        List<ClientInfo> infos = new ArrayList<>(credentials.size());
        for (Id credential : credentials) {
            AuthScheme scheme = find(credential.scheme());
            String id = text(credential.id());
            infos.add(new ClientInfo(text(credential.scheme()), scheme == null ? id : scheme.userName(id)));
        }
        return infos;
    }

    /// `acl` as somebody without ADMIN sees it: the password hashes of `digest` entries are masked.
    public static List<Acl> masked(List<Acl> acl) {
        List<Acl> masked = new ArrayList<>(acl.size());
        for (Acl entry : acl) {
            String id = text(entry.id().id());
            int colon = id.indexOf(':');
            boolean hide = DigestScheme.NAME.equals(entry.id().scheme()) && colon >= 0;
            masked.add(
                    hide ? new Acl(entry.perms(), new Id(entry.id().scheme(), id.substring(0, colon) + ":x")) : entry);
        }
        return masked;
    }

    private boolean fixUp(Acl entry, List<Id> credentials, List<Acl> stored) {
        String scheme = entry.id().scheme();
        String id = entry.id().id();
        if (scheme == null) {
            return false;
        }
        if (scheme.equals(WORLD) && ANYONE.equals(id)) {
            stored.add(entry);
            return true;
        }
        if (scheme.equals(AUTH)) {
            return expandAuth(entry.perms(), credentials, stored);
        }
        AuthScheme known = find(scheme);
        if (known == null || id == null || !known.validId(id)) {
            return false;
        }
        stored.add(entry);
        return true;
    }

    private boolean expandAuth(int perms, List<Id> credentials, List<Acl> stored) {
        boolean any = false;
        for (Id credential : credentials) {
            AuthScheme scheme = find(credential.scheme());
            if (scheme != null && scheme.authenticated()) {
                stored.add(new Acl(perms, credential));
                any = true;
            }
        }
        return any;
    }

    private boolean means(Id entry, List<Id> credentials) {
        if (WORLD.equals(entry.scheme()) && ANYONE.equals(entry.id())) {
            return true;
        }
        AuthScheme scheme = find(entry.scheme());
        if (scheme == null) {
            return false;
        }
        for (Id credential : credentials) {
            if (scheme.name().equals(credential.scheme()) && scheme.matches(text(credential.id()), text(entry.id()))) {
                return true;
            }
        }
        return false;
    }

    private static boolean isSuper(List<Id> credentials) {
        for (Id credential : credentials) {
            if (SUPER.equals(credential.scheme())) {
                return true;
            }
        }
        return false;
    }

    private @Nullable AuthScheme find(@Nullable String name) {
        for (AuthScheme scheme : schemes) {
            if (scheme.name().equals(name)) {
                return scheme;
            }
        }
        return null;
    }

    private static String text(@Nullable String value) {
        return value == null ? "" : value;
    }
}
