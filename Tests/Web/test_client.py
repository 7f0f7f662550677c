"""Parts of martlet.js alone, in the browsers they are made for."""
import pytest

BOTH = pytest.mark.parametrize("name", ["chromium", "firefox"])

# A `PeerLink` whose frames land in `sent`, with an ordinary peer connection as the server.
LINK = """
  const { PeerLink } = await import("/client/peer.js");
  const sent = [], failures = [];
  const until = async (check) => { for (let i = 0; i < 200 && !check(); i++) await new Promise((done) => setTimeout(done, 25)); return check(); };
  const configurations = [];
  const setConfiguration = RTCPeerConnection.prototype.setConfiguration;
  RTCPeerConnection.prototype.setConfiguration = function (value) { configurations.push([this.signalingState, value]); return setConfiguration.call(this, value); };
  const credentials = (username) => ({ uris: ["turn:127.0.0.1:40999?transport=udp"], username, password: "p", ttl: 600 });
  const link = new PeerLink({ credentials: credentials("one"), policy: "relay", send: (type, data) => sent.push([type, data]) });
  link.onfailed = (error) => failures.push(error.code);
  const server = new RTCPeerConnection();
  const track = () => document.createElement("canvas").getContext("2d").canvas.captureStream(1).getTracks()[0];
  const offers = () => sent.filter(([type]) => type === "offer");
  const answers = () => sent.filter(([type]) => type === "answer");
  const answer = async () => {
    await server.setRemoteDescription({ type: "offer", sdp: offers().at(-1)[1].sdp });
    await server.setLocalDescription();
    link.receiveAnswer({ sdp: server.localDescription.sdp, tracks: [] });
  };
  const finish = (result) => { link.close(); server.close(); RTCPeerConnection.prototype.setConfiguration = setConfiguration; return result; };
"""


@pytest.fixture
def script(gateway, running):
    """Runs a function body with dynamic imports in a page of the web client."""
    def run(name, body, prelude=""):
        page = running(name).page
        page.open(f"{gateway.url}/")
        return page.evaluate(f"(async () => {{ {prelude} {body} }})()", 30)
    return run


@BOTH
def test_an_offer_that_collides_with_ours_is_ignored_and_answered_when_it_comes_again(name, script):
    result = script(name, """
      link.add(track(), new MediaStream(), { source: "camera" });
      await until(() => offers().length === 1);
      const other = new RTCPeerConnection();
      other.addTransceiver("audio", { direction: "sendonly" });
      const first = await other.createOffer();
      other.close();
      link.receiveOffer({ sdp: first.sdp, tracks: [] });
      await new Promise((done) => setTimeout(done, 200));
      const answersInGlare = answers().length;
      await answer();
      server.addTransceiver("audio", { direction: "sendonly" });
      await server.setLocalDescription();
      link.receiveOffer({ sdp: server.localDescription.sdp, tracks: [] });
      await until(() => answers().length === 1);
      return finish({ answersInGlare, answersAfter: answers().length, offers: offers().length });
    """, LINK)
    assert result == {"answersInGlare": 0, "answersAfter": 1, "offers": 1}


@BOTH
def test_credentials_wait_until_no_offer_is_open(name, script):
    result = script(name, """
      link.add(track(), new MediaStream(), { source: "camera" });
      await until(() => offers().length === 1);
      link.setCredentials(credentials("two"));
      const during = configurations.length;
      await answer();
      await until(() => configurations.length === 1);
      await new Promise((done) => setTimeout(done, 500));
      const [state, { iceServers, iceTransportPolicy }] = configurations[0];
      return finish({ during, state, user: iceServers[0].username, iceTransportPolicy, offers: offers().length });
    """, LINK)
    assert result == {"during": 0, "state": "stable", "user": "two", "iceTransportPolicy": "relay", "offers": 1}


@BOTH
def test_simulcast_that_the_server_refuses_leaves_the_whole_picture(name, script):
    result = script(name, """
      const transceiver = link.add(track(), new MediaStream(), { source: "camera", simulcast: true });
      await until(() => offers().length === 1);
      const rids = [...offers()[0][1].sdp.matchAll(/^a=rid:(\\w+) send/gm)].map(([, rid]) => rid);
      await answer();
      await until(() => transceiver.sender.getParameters().encodings[0]?.scaleResolutionDownBy === 1);
      const encodings = transceiver.sender.getParameters().encodings;
      return finish({ rids, count: encodings.length, scale: encodings[0].scaleResolutionDownBy, bitrate: encodings[0].maxBitrate });
    """, LINK)
    assert result == {"rids": ["q", "h", "f"], "count": 1, "scale": 1, "bitrate": 1700000}


@BOTH
def test_a_refused_offer_is_taken_back(name, script):
    assert script(name, """
      link.add(track(), new MediaStream(), { source: "camera" });
      await until(() => offers().length === 1);
      await link.offerRefused();
      const again = await until(() => offers().length === 2);
      return finish({ again, failures });
    """, LINK) == {"again": True, "failures": []}


def test_delays_double_up_to_the_longest_and_are_drawn_from_the_upper_half(script):
    assert script("chromium", """
      const { Backoff } = await import("/client/backoff.js");
      const delays = (random) => { const each = new Backoff({ first: 500, longest: 4000, random: () => random }); return [1, 2, 3, 4, 5].map(() => each.next()); };
      return [delays(0), delays(0.9999999)];
    """) == [[250, 500, 1000, 2000, 2000], [500, 1000, 2000, 4000, 4000]]


def test_quality_falls_with_loss_and_delay(script):
    scores = script("chromium", """
      const { meanOpinionScore: score } = await import("/client/stats.js");
      return [score({}), score({ lossRatio: 0.02 }), score({ lossRatio: 0.2 }), score({ roundTripMs: 800 }), score({ lossRatio: 1 })];
    """)
    assert 4.3 < scores[0] < 4.5 and scores[0] > scores[1] > scores[2] and scores[3] < 3.6 and scores[4] == 1


def test_tiles_fill_the_window_without_sticking_out(script):
    tiles = script("chromium", """
      const { bestTile } = await import("/page/layout.js");
      return [[1, 1280, 700], [2, 390, 700], [5, 1280, 700], [9, 390, 700]].map(([n, width, height]) => [n, width, height, bestTile(n, { width, height }, 10)]);
    """)
    for count, width, height, tile in tiles:
        columns = int((width + 10) // (tile["width"] + 10))
        rows = -(-count // columns)
        assert rows * (tile["height"] + 10) - 10 <= height
        assert count * tile["width"] * tile["height"] > 0.45 * width * height


def test_server_errors_have_codes_of_ours(script):
    assert script("chromium", """
      const { serverError } = await import("/client/errors.js");
      return [["join_failed", "room is full"], ["join_failed", "constructor"], ["relay_required", "x"], ["toString", "x"], ["room_mismatch", ""]]
        .map(([code, message]) => serverError(code, message)).map(({ code, retryable, serverCode }) => [code, retryable, serverCode]);
    """) == [["room-full", False, "join_failed"], ["join-refused", False, "join_failed"], ["relay-required", True, "relay_required"],
             ["server-error", True, "toString"], ["room-mismatch", False, "room_mismatch"]]
