"""The channels a centre works: one entry each in `CHANNELS`, and nowhere else.

A channel is *live* when the customer waits for the answer (a queue with patience) and *deferred* when the work waits
(a backlog with a deadline). `at_once` is how many conversations one agent holds at the same time.
"""

from dataclasses import dataclass

from ccwb.messages import N_


@dataclass(frozen=True)
class Channel:
    """One way customers reach the centre, with the values a new project starts from.

    name : the key used in every table.  label : what a reader sees.  live : does the customer wait for the answer.
    at_once : conversations held at once by one agent, 1 or more.  aht_s : handling time to start from, seconds.
    answer_within_s : response promise to start from, seconds (deferred channels: of opening time).
    service_level : share to be answered within it, 0..1.  patience_s : mean patience of live contacts, seconds.
    words : further English words that files call it by, beside its label.
    """

    name: str
    label: str
    live: bool
    at_once: int
    aht_s: float
    answer_within_s: float
    service_level: float
    patience_s: float | None
    words: str = ""


_SOCIAL = "social socialmedia facebook whatsapp twitter instagram telegram messenger"

CHANNELS = {
    channel.name: channel
    for channel in (
        Channel("voice", N_("Voice"), True, 1, 240, 20, 0.80, 120, "voice phone call calls telephone inbound pstn sip"),
        Channel("chat", N_("Chat"), True, 2, 480, 60, 0.80, 180, "chat webchat livechat chats messaging"),
        Channel("callback", N_("Callback"), False, 1, 300, 7_200, 0.90, None, "callback callbacks"),
        Channel("social", N_("Social media"), False, 1, 240, 14_400, 0.90, None, _SOCIAL),
        Channel("email", N_("Email"), False, 1, 420, 86_400, 0.95, None, "email mail emails mails"),
    )
}
