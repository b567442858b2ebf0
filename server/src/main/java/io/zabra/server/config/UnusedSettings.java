// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.server.config;

import io.zabra.server.config.Setting.Refused;
import io.zabra.server.config.Setting.WithoutEffect;
import java.util.ArrayList;
import java.util.List;

/// The rows of the table that have no effect, and those that keep the server from starting.
final class UnusedSettings {

    private static final String LOOPS = "Zabra has no such pool, cache or queue";
    private static final String FLUSHES = "a flush takes along all that waits: there is nothing to set";
    private static final String NOT_YET = "ensembles of this version do not do that yet";
    private static final String TLS = "needs TLS, which this version does not have yet";
    private static final String SASL = "needs SASL, which this version does not have yet";
    private static final String HTTP = "this version has no HTTP server yet";
    private static final String FIXED = "Zabra always works this way";
    private static final String TESTS = "a hook for Apache's own tests";
    private static final String SCRIPTS = "belongs to Apache's scripts";

    private UnusedSettings() {}

    static final List<Setting> WITHOUT_EFFECT = withoutEffect();

    static final List<Setting> REFUSED = List.of(
            refused("secureClientPort", TLS + ": without it, clients would speak in clear text", "-1", "0"),
            refused("secureClientPortAddress", TLS),
            refused("sessionRequireClientSASLAuth", SASL + ": without it, anyone would be let in", "false"),
            refused("sslQuorum", TLS + ": without it, servers would speak with each other in clear text", "false"),
            refused("quorum.auth.enableSasl", SASL + ": without it, anyone could pose as a server", "false"),
            refused("quorum.auth.serverRequireSasl", SASL + ": without it, anyone could pose as a server", "false"),
            refused("quorum.auth.learnerRequireSasl", SASL + ": without it, anyone could pose as a server", "false"),
            refused("audit.enable", "this version writes no audit log yet", "false"),
            refused(
                    "authProvider.<id>",
                    "this version has no other ways to authenticate than digest and ip, and loads no foreign classes",
                    "org.apache.zookeeper.server.auth.DigestAuthenticationProvider",
                    "org.apache.zookeeper.server.auth.IPAuthenticationProvider"));

    private static List<Setting> withoutEffect() {
        var rows = new ArrayList<Setting>();
        addEnsemble(rows);
        numbers(rows, LOOPS, "nio.numSelectorThreads", "nio.numWorkerThreads", "nio.directBufferBytes");
        numbers(rows, LOOPS, "nio.shutdownTimeout", "commitProcessor.numWorkerThreads");
        numbers(rows, LOOPS, "commitProcessor.maxReadBatchSize", "commitProcessor.maxCommitBatchSize");
        numbers(rows, LOOPS, "commitProcessor.shutdownTimeout", "request_throttler.shutdownTimeout");
        numbers(rows, LOOPS, "intBufferStartingSizeBytes");
        numbers(rows, FLUSHES, "flushDelay", "maxWriteQueuePollTime", "maxBatchSize");
        numbers(rows, LOOPS, "maxResponseCacheSize", "maxGetChildrenResponseCacheSize", "bitHashCacheSize");
        numbers(rows, LOOPS, "watcherCleanThreadsNum", "watcherCleanThreshold", "watcherCleanIntervalInSeconds");
        numbers(rows, LOOPS, "maxInProcessingDeadWatchers");
        flags(rows, LOOPS, "netty.advancedFlowControl.enabled");
        texts(rows, LOOPS, "serverCnxnFactory", "watchManagerName", "pathStats.<key>");
        flags(rows, FIXED, "closeSessionTxn.enabled", "serializeLastProcessedZxid.enabled");
        numbers(rows, TLS, "netty.server.outstandingHandshake.limit");
        flags(rows, TLS, "netty.server.earlyDropSecureConnectionHandshakes", "client.certReload");
        flags(rows, TLS, "client.portUnification", "fips-mode", "client.secure");
        family(rows, TLS, "ssl.<key>", "Keys, certificates and protocols, also as `ssl.quorum.<key>`.");
        texts(rows, TLS, "X509AuthenticationProvider.superUser", "clientCnxnSocket");
        flags(rows, SASL, "allowSaslFailedClients", "requireKerberosConfig", "letAnySaslUserDoX");
        texts(rows, SASL, "superUser", "sasl.<key>", "kerberos.<key>", "security.auth_to_local", "server.realm");
        texts(rows, SASL, "server.principal", "kinit");
        family(rows, SASL, "SASLAuthenticationProvider.<key>", "Password of the superuser by SASL.");
        texts(rows, "the scheme `ensemble` is not there", "ensembleAuthName");
        texts(rows, HTTP, "admin.<key>", "metricsProvider.<key>", "IPAuthenticationProvider.usexforwardedfor");
        texts(rows, "there is no audit log yet", "audit.impl.class");
        texts(rows, TESTS, "controllerPort", "test.<key>", "testingonly.<key>");
        texts(rows, SCRIPTS, "log.<key>", "root.logger", "console.threshold", "tracelog.<key>", "jmx.<key>");
        texts(rows, SCRIPTS, "auditlog.<key>", "version");
        texts(rows, "belongs to the client", "request.timeout", "disableAutoWatchReset");
        return List.copyOf(rows);
    }

    private static void addEnsemble(List<Setting> rows) {
        flags(rows, NOT_YET, "tcpKeepAlive");
        flags(rows, NOT_YET, "multiAddress.reachabilityCheckEnabled", "enableEagerACLCheck", "forceSnapshotSync");
        numbers(rows, NOT_YET, "multiAddress.reachabilityCheckTimeoutMs");
        numbers(rows, NOT_YET, "leader.maxTimeToWaitForEpoch", "commitLogCount");
        numbers(rows, NOT_YET, "leader.maxConcurrentSnapSyncs", "leader.maxConcurrentDiffSyncs");
        numbers(rows, NOT_YET, "observer.election.DelayMs");
        texts(rows, NOT_YET, "oraclePath", "leaderServes", "snapshotSizeFactor");
        flags(rows, FIXED, "learner.closeSocketAsync", "leader.closeSocketAsync", "learner.asyncSending");
        flags(rows, FIXED, "leader.nodelay", "follower.nodelay");
        rows.add(new Setting(
                "syncEnabled",
                List.of("zookeeper.observer.syncEnabled", "zookeeper.syncEnabled"),
                new Kind.Switch(),
                "",
                new WithoutEffect(FIXED),
                ""));
        numbers(rows, "`cnxTimeout` is the limit of the first message too", "quorumCnxnTimeoutMs");
        numbers(rows, LOOPS, "quorum.cnxn.threads.size", "leader.ackLoggingFrequency", "electionPortBindRetry");
        numbers(rows, LOOPS, "leaderConnectDelayDuringRetryMs", "messageTracker.BufferSize");
        flags(rows, LOOPS, "messageTracker.Enabled", "forward_learner_requests_to_commit_processor_disabled");
        flags(rows, LOOPS, "follower.skipLearnerRequestToNextProcessor");
        flags(rows, TLS, "portUnification", "sslQuorumReloadCertFiles");
        texts(rows, SASL, "quorum.auth.learner.saslLoginContext", "quorum.auth.server.saslLoginContext");
        texts(rows, SASL, "quorum.auth.kerberos.servicePrincipal");
    }

    private static void flags(List<Setting> into, String reason, String... keys) {
        add(into, reason, new Kind.Switch(), keys);
    }

    private static void numbers(List<Setting> into, String reason, String... keys) {
        add(into, reason, new Kind.Whole(Long.MIN_VALUE, Long.MAX_VALUE, ""), keys);
    }

    private static void texts(List<Setting> into, String reason, String... keys) {
        add(into, reason, new Kind.Text(), keys);
    }

    private static void add(List<Setting> into, String reason, Kind kind, String... keys) {
        for (String key : keys) {
            into.add(new Setting(key, List.of("zookeeper." + key), kind, "", new WithoutEffect(reason), ""));
        }
    }

    /// A family of keys, some of which may hold passwords.
    private static void family(List<Setting> into, String reason, String key, String doc) {
        into.add(new Setting(key, List.of("zookeeper." + key), new Kind.Secret(), "", new WithoutEffect(reason), doc));
    }

    private static Setting refused(String key, String reason, String... harmless) {
        return new Setting(
                key, List.of("zookeeper." + key), new Kind.Text(), "", new Refused(reason, List.of(harmless)), "");
    }
}
