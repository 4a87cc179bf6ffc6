package edge.starling.codecs.messages;

import edge.starling.codecs.messages.BodiesMessage.*;
import edge.starling.codecs.messages.ConfigurationMessage.*;
import edge.starling.codecs.messages.DeploymentMessage.*;
import edge.starling.codecs.messages.GatewayMessage.*;
import edge.starling.codecs.messages.IndexMessage.*;
import edge.starling.codecs.messages.InvokerMessage.*;
import edge.starling.codecs.messages.LedgerMessage.*;
import edge.starling.codecs.messages.LoadMessage.*;
import edge.starling.codecs.messages.ManycallMessage.Abandon;
import edge.starling.codecs.messages.ManycallMessage.Start;
import edge.starling.codecs.messages.ManycallMessage.StartAnswer;
import edge.starling.codecs.messages.ManycallMessage.Take;
import edge.starling.codecs.messages.ManycallMessage.Taken;
import edge.starling.codecs.messages.RoutingMessage.*;
import edge.starling.codecs.messages.RoutingMessage.BeginManycall;
import edge.starling.codecs.messages.RoutingMessage.EndManycall;
import edge.starling.codecs.messages.RoutingMessage.ManycallBegun;
import java.time.Duration;

/**
 * Every address of the event bus and every name of a cluster map: what it takes, what it answers,
 * and how long a caller waits where the call has no deadline of its own.
 */
public final class Addresses {
  private static final Duration BRIEF = Duration.ofSeconds(5);
  private static final Duration CLAIM_PATIENCE = Duration.ofSeconds(2);
  private static final Duration PIECE_PATIENCE = Duration.ofSeconds(2);

  /** Longer than the router may take to judge the policies. */
  private static final Duration CHANGE_PATIENCE = BRIEF.plusSeconds(3);

  private static final Duration BUILD = Duration.ofMinutes(10);
  private static final Duration CHECK = Duration.ofMinutes(1);
  private static final Duration LONGEST = Duration.ofHours(25);

  // routing
  public static final Address<Route, Outcome> ROUTE =
      Address.ofCluster("routing.route", Route.class, Outcome.class, Duration.ofSeconds(60));
  public static final Address<Claim, ClaimAnswer> CLAIM =
      Address.ofCluster("routing.claim", Claim.class, ClaimAnswer.class, CLAIM_PATIENCE);
  public static final Notice<Cancel> CANCEL = Notice.ofCluster("routing.cancel", Cancel.class);
  public static final Notice<Queued> QUEUED = Notice.ofCluster("routing.queued", Queued.class);
  public static final Address<Drain, Drained> DRAIN =
      Address.ofNode("routing.drain", Drain.class, Drained.class, BUILD);
  public static final Address<BreakOff, Drained> BREAK_OFF =
      Address.ofNode("routing.break-off", BreakOff.class, Drained.class, BRIEF);

  public static final Address<AskLoads, Loads> LOADS =
      Address.ofNode("routing.loads", AskLoads.class, Loads.class, BRIEF);

  public static final Address<AskArrivals, Arrivals> ARRIVALS =
      Address.ofNode("routing.arrivals", AskArrivals.class, Arrivals.class, BRIEF);
  public static final Address<Ping, Pong> PING =
      Address.ofCluster("routing.ping", Ping.class, Pong.class, Duration.ofSeconds(1));
  public static final Address<CheckPolicy, PolicyChecked> CHECK_POLICY =
      Address.ofNode("routing.check-policy", CheckPolicy.class, PolicyChecked.class, BRIEF);
  public static final Address<BeginManycall, ManycallBegun> BEGIN_MANYCALL =
      Address.ofNode("routing.begin-manycall", BeginManycall.class, ManycallBegun.class, BRIEF);
  public static final Notice<EndManycall> END_MANYCALL =
      Notice.ofNode("routing.end-manycall", EndManycall.class);

  // manycall
  public static final Address<Start, StartAnswer> START_MANYCALL =
      Address.ofNode("manycall.start", Start.class, StartAnswer.class, CHECK);
  public static final Address<Take, Taken> TAKE_FROM_MANYCALL =
      Address.ofNode("manycall.take", Take.class, Taken.class, LONGEST);
  public static final Notice<Abandon> ABANDON_MANYCALL =
      Notice.ofNode("manycall.abandon", Abandon.class);

  // invoker
  public static final Address<Invoke, Outcome> INVOKE =
      Address.ofNode("invoker.invoke", Invoke.class, Outcome.class, Duration.ofSeconds(60));
  public static final Notice<CancelInvocation> CANCEL_INVOCATION =
      Notice.ofNode("invoker.cancel", CancelInvocation.class);
  public static final Address<Prepare, Prepared> PREPARE =
      Address.ofNode("invoker.prepare", Prepare.class, Prepared.class, BUILD);
  public static final Address<Activate, Done> ACTIVATE =
      Address.ofNode("invoker.activate", Activate.class, Done.class, BRIEF);
  public static final Address<Retire, Done> RETIRE =
      Address.ofNode("invoker.retire", Retire.class, Done.class, BUILD);
  public static final Address<AskOccupancy, OccupancyNow> OCCUPANCY =
      Address.ofNode("invoker.occupancy", AskOccupancy.class, OccupancyNow.class, BRIEF);
  public static final Address<Count, Counted> COUNT =
      Address.ofCluster("invoker.count", Count.class, Counted.class, Duration.ofSeconds(2));
  public static final Address<ReadLog, LogLines> READ_LOG =
      Address.ofCluster("invoker.read-log", ReadLog.class, LogLines.class, Duration.ofSeconds(2));

  // index
  public static final Address<Publish, Standing> PUBLISH =
      Address.ofNode("index.publish", Publish.class, Standing.class, BRIEF);
  public static final Address<Announce, Standing> ANNOUNCE =
      Address.ofNode("index.announce", Announce.class, Standing.class, BRIEF);
  public static final Address<Withdraw, Withdrawn> WITHDRAW =
      Address.ofNode("index.withdraw", Withdraw.class, Withdrawn.class, BRIEF);
  public static final Address<Delete, Found> DELETE =
      Address.ofNode("index.delete", Delete.class, Found.class, BRIEF);
  public static final Address<Leave, Left> LEAVE =
      Address.ofNode("index.leave", Leave.class, Left.class, BRIEF);
  public static final Address<Lookup, Found> LOOKUP =
      Address.ofNode("index.lookup", Lookup.class, Found.class, BRIEF);
  public static final Address<ListFunctions, FunctionPage> LIST_FUNCTIONS =
      Address.ofNode("index.list", ListFunctions.class, FunctionPage.class, BRIEF);
  public static final Address<ListMembers, Members> LIST_MEMBERS =
      Address.ofNode("index.members", ListMembers.class, Members.class, BRIEF);
  public static final Address<AskAnnouncements, Announcements> ANNOUNCEMENTS =
      Address.ofCluster("index.announcements", AskAnnouncements.class, Announcements.class, BRIEF);
  public static final Notice<Announced> ANNOUNCED =
      Notice.ofCluster("index.announced", Announced.class);
  public static final Notice<ProviderWithdrawn> PROVIDER_WITHDRAWN =
      Notice.ofCluster("index.withdrawn", ProviderWithdrawn.class);
  public static final Notice<Deleted> DELETED = Notice.ofCluster("index.deleted", Deleted.class);
  public static final Notice<PeerJoined> PEER_JOINED =
      Notice.ofNode("index.peer-joined", PeerJoined.class);
  public static final Notice<PeerLost> PEER_LOST = Notice.ofNode("index.peer-lost", PeerLost.class);

  // deployment
  public static final Address<Deploy, DeployAnswer> DEPLOY =
      Address.ofNode("deployment.deploy", Deploy.class, DeployAnswer.class, BUILD);
  public static final Address<Place, DeployAnswer> PLACE =
      Address.ofCluster("deployment.place", Place.class, DeployAnswer.class, BUILD);
  public static final Address<DeployImage, DeployAnswer> DEPLOY_IMAGE =
      Address.ofCluster("deployment.deploy-image", DeployImage.class, DeployAnswer.class, BUILD);
  public static final Address<Rest, Rested> REST =
      Address.ofCluster("deployment.rest", Rest.class, Rested.class, CHECK);
  public static final Address<Undeploy, Undeployed> UNDEPLOY =
      Address.ofNode("deployment.undeploy", Undeploy.class, Undeployed.class, BUILD);
  public static final Address<TakeOver, TakenOver> TAKE_OVER =
      Address.ofCluster("deployment.take-over", TakeOver.class, TakenOver.class, BUILD);
  public static final Address<Discard, Discarded> DISCARD =
      Address.ofCluster("deployment.discard", Discard.class, Discarded.class, BRIEF);
  public static final Address<AskArtefact, ArtefactAt> ARTEFACT =
      Address.ofCluster("deployment.artefact", AskArtefact.class, ArtefactAt.class, BRIEF);
  public static final Address<AskRecovered, Recovered> RECOVERED =
      Address.ofNode("deployment.recovered", AskRecovered.class, Recovered.class, BRIEF);

  // gateway
  public static final Address<Install, Installed> INSTALL =
      Address.ofNode("gateway.install", Install.class, Installed.class, BUILD);
  public static final Address<Uninstall, Uninstalled> UNINSTALL =
      Address.ofNode("gateway.uninstall", Uninstall.class, Uninstalled.class, CHECK);
  public static final Address<Adopt, DeployAnswer> ADOPT =
      Address.ofNode("gateway.adopt", Adopt.class, DeployAnswer.class, BUILD);
  public static final Address<Scale, Scaled> SCALE =
      Address.ofCluster("gateway.scale", Scale.class, Scaled.class, CHECK);
  public static final Address<AskReplicas, Replicas> REPLICAS =
      Address.ofCluster("gateway.replicas", AskReplicas.class, Replicas.class, CLAIM_PATIENCE);
  public static final Address<FollowLog, LogFollowed> FOLLOW_LOG =
      Address.ofNode("gateway.follow-log", FollowLog.class, LogFollowed.class, BRIEF);
  public static final Notice<GatewayLogged> GATEWAY_LOGGED =
      Notice.ofNode("gateway.logged", GatewayLogged.class);
  public static final Notice<Suspect> SUSPECT = Notice.ofNode("gateway.suspect", Suspect.class);
  public static final Notice<GatewayChanged> GATEWAY_CHANGED =
      Notice.ofNode("gateway.changed", GatewayChanged.class);

  // ledger
  public static final Address<WriteLine, LineChanged> WRITE_LINE =
      Address.ofNode("ledger.write", WriteLine.class, LineChanged.class, BRIEF);
  public static final Address<EraseLine, LineChanged> ERASE_LINE =
      Address.ofNode("ledger.erase", EraseLine.class, LineChanged.class, BRIEF);
  public static final Address<AskLines, Lines> LINES =
      Address.ofNode("ledger.lines", AskLines.class, Lines.class, BRIEF);
  public static final Address<SpreadLines, LinesTaken> SPREAD_LINES =
      Address.ofCluster("ledger.spread", SpreadLines.class, LinesTaken.class, CLAIM_PATIENCE);
  public static final Notice<LedgerChanged> LEDGER_CHANGED =
      Notice.ofNode("ledger.changed", LedgerChanged.class);

  // load
  public static final Notice<LoadReport> LOAD_REPORTS =
      Notice.ofCluster("load.reports", LoadReport.class);
  public static final Address<Probe, LoadReport> PROBE =
      Address.ofCluster("load.probe", Probe.class, LoadReport.class, Duration.ofSeconds(1));
  public static final Address<SetDuty, DutyNow> SET_DUTY =
      Address.ofNode("load.set-duty", SetDuty.class, DutyNow.class, BRIEF);
  public static final Address<AskDuty, DutyNow> DUTY =
      Address.ofNode("load.duty", AskDuty.class, DutyNow.class, BRIEF);
  public static final Notice<DutyNow> DUTY_CHANGED =
      Notice.ofNode("load.duty-changed", DutyNow.class);

  // configuration
  public static final Address<AskConfiguration, Configuration> CONFIGURATION =
      Address.ofNode("configuration.ask", AskConfiguration.class, Configuration.class, BRIEF);
  public static final Address<ChangeConfiguration, ChangeAnswer> CHANGE_CONFIGURATION =
      Address.ofNode("configuration.change", ChangeConfiguration.class, ChangeAnswer.class, CHECK);
  public static final Address<CheckChange, ChangeVerdict> CHECK_CHANGE =
      Address.ofCluster(
          "configuration.check", CheckChange.class, ChangeVerdict.class, CHANGE_PATIENCE);
  public static final Address<ApplyChange, ChangeVerdict> APPLY_CHANGE =
      Address.ofCluster(
          "configuration.apply", ApplyChange.class, ChangeVerdict.class, CHANGE_PATIENCE);
  public static final Notice<ConfigurationChanged> CONFIGURATION_CHANGED =
      Notice.ofNode("configuration.changed", ConfigurationChanged.class);

  // bodies
  public static final Address<Keep, Kept> KEEP_BODY =
      Address.ofNode("bodies.keep", Keep.class, Kept.class, BRIEF);
  public static final Address<Share, Kept> SHARE_FILE =
      Address.ofNode("bodies.share", Share.class, Kept.class, BRIEF);
  public static final Address<Read, Piece> READ_BODY =
      Address.ofCluster("bodies.read", Read.class, Piece.class, PIECE_PATIENCE);
  public static final Notice<Release> RELEASE_BODY =
      Notice.ofCluster("bodies.release", Release.class);

  /** The cluster map from a function's name to its newest description or tombstone. */
  public static final String FUNCTIONS_MAP = "functions";

  /** The cluster map from node and function to what the node provides of it. */
  public static final String PROVIDERS_MAP = "providers";

  private Addresses() {}
}
