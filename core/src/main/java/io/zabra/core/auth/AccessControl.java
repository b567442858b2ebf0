// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.core.auth;

import io.zabra.core.base.NodeConfig;
import io.zabra.wire.client.ClientInfo;
import io.zabra.wire.data.Acl;
import io.zabra.wire.data.Id;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// Decides by ACL and credentials, and prepares ACLs for storing (Apache: checkACL and fixupACL). Stateless after
/// construction.
public final class AccessControl {

    /// The scheme of a credential that may do everything.
    public static final String SUPER = "super";

    private static final String WORLD = "world";
    private static final String ANYONE = "anyone";
    private static final String AUTH = "auth";

    private static final Comparator<@Nullable String> TEXT_ORDER = Comparator.nullsFirst(Comparator.naturalOrder());
    private static final Comparator<Acl> ENTRY_ORDER = Comparator.comparingInt(Acl::perms)
            .thenComparing(entry -> entry.id().scheme(), TEXT_ORDER)
            .thenComparing(entry -> entry.id().id(), TEXT_ORDER);

    /// From here on it pays to look credentials up in a table.
    private static final int FEW = 8;

    private final List<AuthScheme> schemes;
    private final boolean skip;
    private final int entriesMax;

    /// @param skip whether everything is permitted
    /// @param entriesMax length up to which an ACL is stored
    public AccessControl(List<AuthScheme> schemes, boolean skip, int entriesMax) {
        this.schemes = List.copyOf(schemes);
        this.skip = skip;
        this.entriesMax = entriesMax;
    }

    /// The schemes that need neither certificates nor tickets: `ip` and, unless switched off, `digest`.
    public static AccessControl of(NodeConfig.Tree config, NodeConfig.Limits limits) {
        List<AuthScheme> schemes = new ArrayList<>();
        if (config.digestEnabled()) {
            schemes.add(new DigestScheme(config.digestAlgorithm(), config.superDigest()));
        }
        schemes.add(new IpScheme());
        return new AccessControl(schemes, config.skipAcl(), limits.aclEntriesMax());
    }

    /// Whether a holder of `credentials` has at least one of the permission bits `perms` under `acl`.
    public boolean permits(@Nullable List<Acl> acl, int perms, List<Id> credentials) {
        if (skip || acl == null || acl.isEmpty() || acl == Acl.OPEN || isSuper(credentials)) {
            return true;
        }
        boolean many = credentials.size() > FEW && acl.size() > FEW;
        Set<Id> table = many ? new LinkedHashSet<>(credentials) : null;
        for (Acl entry : acl) {
            if ((entry.perms() & perms) != 0 && means(entry.id(), credentials, table)) {
                return true;
            }
        }
        return false;
    }

    /// The ACL to store for what a client sent: without duplicates, in the order of first occurrence, and with the
    /// client's credentials in the place of `auth` entries.
    ///
    /// The time it takes grows no faster than the list, and it stops where a limit is reached: entries of scheme `auth`
    /// make a long list out of a short one.
    ///
    /// @param bytesMax size above which the encoded list is too long
    public FixedAcl fixUp(@Nullable List<Acl> acl, List<Id> credentials, long bytesMax) {
        if (acl == null || acl.isEmpty()) {
            return FixedAcl.INVALID;
        }
        if (acl.equals(Acl.OPEN)) {
            return FixedAcl.OPEN;
        }
        AclBuilder stored = new AclBuilder(entriesMax, bytesMax);
        // Ordered, because hashes of strings can be made equal at will.
        Set<Acl> seen = new TreeSet<>(ENTRY_ORDER);
        for (Acl entry : acl) {
            if (seen.add(entry)) {
                if (!fixUp(entry, credentials, stored)) {
                    return FixedAcl.INVALID;
                }
                if (stored.isFull()) {
                    return stored.refusal();
                }
            }
        }
        return stored.fixed();
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

    private boolean fixUp(Acl entry, List<Id> credentials, AclBuilder stored) {
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

    private boolean expandAuth(int perms, List<Id> credentials, AclBuilder stored) {
        boolean any = false;
        for (Id credential : credentials) {
            AuthScheme scheme = find(credential.scheme());
            if (stored.isFull()) {
                return true;
            }
            if (scheme != null && scheme.authenticated()) {
                stored.add(new Acl(perms, credential));
                any = true;
            }
        }
        return any;
    }

    /// @param table the credentials once more, when they are many
    private boolean means(Id entry, List<Id> credentials, @Nullable Set<Id> table) {
        if (WORLD.equals(entry.scheme()) && ANYONE.equals(entry.id())) {
            return true;
        }
        AuthScheme scheme = find(entry.scheme());
        if (scheme == null) {
            return false;
        }
        if (table != null && scheme.exact()) {
            return table.contains(entry);
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
