/** Wall-clock times of a circle's zone, whatever the zone of the machine in front of one. */

function parts(moment, zone) {
  const options = { timeZone: zone, hourCycle: "h23", year: "numeric", month: "2-digit", day: "2-digit", hour: "2-digit", minute: "2-digit" };
  return Object.fromEntries(new Intl.DateTimeFormat("en-CA", options).formatToParts(moment).map(({ type, value }) => [type, value]));
}

/** {day: "2026-11-23", time: "18:00"} of a moment. */
export function wallClock(moment, zone) {
  const { year, month, day, hour, minute } = parts(new Date(moment), zone);
  return { day: `${year}-${month}-${day}`, time: `${hour}:${minute}` };
}

/** The moment, as RFC 3339 in UTC, at which the clocks of a zone show a day and a time. */
export function momentOf(day, time, zone) {
  const wanted = Date.parse(`${day}T${time}:00Z`);
  let moment = wanted;
  for (let turn = 0; turn < 2; turn += 1) {
    const shown = wallClock(moment, zone);
    moment += wanted - Date.parse(`${shown.day}T${shown.time}:00Z`);
  }
  return new Date(moment).toISOString();
}
