/** What a form (a FHIR Questionnaire) says, in the reader's language, and what it asks of an answer, as a sentence with an example. */
import { _, language, ngettext } from "./i18n.js";

const FHIR = "http://hl7.org/fhir/StructureDefinition/";
const OURS = "urn:cercle:sheets:";

export const UNIT = `${FHIR}questionnaire-unit`;
export const MIN_VALUE = `${FHIR}minValue`;
export const MAX_VALUE = `${FHIR}maxValue`;
export const CONTROL = `${FHIR}questionnaire-itemControl`;
export const CALCULATED = `${OURS}calculated`;

const figures = new Intl.NumberFormat(language, { maximumFractionDigits: 6, useGrouping: false });

/** 72.5 as the reader writes it. */
export const figure = (number) => figures.format(number);

/** The value of an extension of `node`, or undefined. */
export function extended(node, url) {
  const found = node?.extension?.find((one) => one.url === url);
  const name = found && Object.keys(found).find((key) => key.startsWith("value"));
  return name ? found[name] : undefined;
}

/** The words of `node[member]`, translated where the form has them in the reader's language. */
export function told(node, member = "text") {
  for (const { url, extension = [] } of node?.[`_${member}`]?.extension ?? []) {
    if (url !== `${FHIR}translation`) continue;
    const part = (name) => Object.entries(extension.find((one) => one.url === name) ?? {}).find(([key]) => key.startsWith("value"))?.[1];
    if (part("lang")?.split("-")[0] === language) return part("content");
  }
  return node?.[member] ?? "";
}

/** The options of a choice: [{code, label}]. */
export function optionsOf(item) {
  return (item.answerOption ?? []).map((option) => {
    const coding = option.valueCoding;
    if (coding) return { code: coding.code, label: told(coding, "display") || coding.code };
    const plain = option.valueString ?? option.valueInteger ?? option.valueDate ?? "";
    return { code: String(plain), label: String(plain) };
  });
}

/** What stands beside a number: "kg", or "". */
export function unitOf(item) {
  const unit = extended(item, UNIT);
  return unit ? told(unit, "display") || unit.code || "" : "";
}

/** {low, high}: numbers or days, undefined where there is no bound. */
export function boundsOf(item) {
  const [low, high] = [MIN_VALUE, MAX_VALUE].map((url) => extended(item, url)).map((bound) => bound?.value ?? bound);
  return { low, high };
}

/** What a question begins with, as answers hold it. */
export function initialOf(item) {
  const chosen = (item.answerOption ?? []).filter((option) => option.initialSelected).map((option) => option.valueCoding?.code ?? String(option.valueString ?? option.valueInteger));
  const written = (item.initial ?? []).map((one) => one[Object.keys(one).find((key) => key.startsWith("value"))]).map((value) => value?.code ?? value?.value ?? value);
  return [...chosen, ...written];
}

export const isNumber = (item) => ["integer", "decimal", "quantity"].includes(item.type);
export const isCalculated = (item) => extended(item, CALCULATED) !== undefined;

/** Whether it is answered by pointing on a line: asked for, or few whole steps such as 0 to 10. */
export function isScale(item) {
  if (!isNumber(item)) return false;
  const { low, high } = boundsOf(item);
  if (low === undefined || high === undefined) return false;
  const asked = extended(item, CONTROL)?.coding?.some((one) => one.code === "slider");
  return high - low <= 20 && (asked || (item.type === "integer" && high - low >= 4 && high - low <= 10));
}

function example({ low, high }, whole) {
  if (low === undefined && high === undefined) return whole ? 3 : 12.5;
  if (low === undefined) return whole ? Math.floor(high) : high;
  if (high === undefined) return whole ? Math.ceil(low) : low;
  const middle = low + (high - low) * 0.4;
  return whole ? Math.round(middle) : Math.round(middle * 10) / 10;
}

/** "A number from 20 to 300, for example 132." */
export function numberRule(item) {
  const bounds = boundsOf(item);
  const whole = item.type === "integer";
  const values = { low: figure(bounds.low ?? 0), high: figure(bounds.high ?? 0), example: figure(example(bounds, whole)) };
  if (bounds.low !== undefined && bounds.high !== undefined) {
    return whole ? _("A whole number from %(low)s to %(high)s, for example %(example)s.", values) : _("A number from %(low)s to %(high)s, for example %(example)s.", values);
  }
  if (bounds.low !== undefined) return _("A number of at least %(low)s, for example %(example)s.", values);
  if (bounds.high !== undefined) return _("A number of at most %(high)s, for example %(example)s.", values);
  return whole ? _("A whole number, for example %(example)s.", values) : _("A number, for example %(example)s.", values);
}

const day = (text) => new Intl.DateTimeFormat(language, { dateStyle: "long", timeZone: "UTC" }).format(new Date(`${text.slice(0, 10)}T00:00:00Z`));

/** What is asked of an answer, in words; "" where anything goes. */
export function ruleOf(item) {
  if (isScale(item)) return _("Choose a figure, or move the slider.");
  if (isNumber(item)) return numberRule(item);
  const { low, high } = boundsOf(item);
  if (["date", "dateTime"].includes(item.type)) {
    return [low && _("Not before %(day)s.", { day: day(low) }), high && _("Not after %(day)s.", { day: day(high) })].filter(Boolean).join(" ");
  }
  if (["choice", "open-choice"].includes(item.type) && item.repeats) return _("One answer or several.");
  if (item.maxLength && ["string", "text"].includes(item.type)) return ngettext("At most %(n)s sign.", "At most %(n)s signs.", item.maxLength);
  return "";
}
