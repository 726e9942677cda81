/** Which questions are asked, by what was answered to others (`enableWhen`). `values` is a Map: linkId → answers. The server asks alike. */

const COMPARED = {
  "=": (got, wanted) => got === wanted,
  "!=": (got, wanted) => got !== wanted,
  ">": (got, wanted) => got > wanted,
  "<": (got, wanted) => got < wanted,
  ">=": (got, wanted) => got >= wanted,
  "<=": (got, wanted) => got <= wanted,
};

/** The value that a condition names, as answers hold it: a coding by its code, a quantity by its number. */
function wantedBy(condition) {
  const name = Object.keys(condition).find((key) => key.startsWith("answer"));
  const value = condition[name];
  if (name === "answerCoding") return value.code;
  if (name === "answerQuantity") return value.value;
  return name === "answerDateTime" ? new Date(value).toISOString().replace(/\.\d+Z/, "Z") : value;
}

/** Options that are numbers are answered by their text. */
const alike = (got, wanted) => (typeof wanted === "number" && typeof got === "string" ? Number(got) : got);

function isMet(condition, values) {
  const got = values.get(condition.question) ?? [];
  const wanted = wantedBy(condition);
  if (condition.operator === "exists") return got.length > 0 === wanted;
  return got.some((one) => COMPARED[condition.operator]?.(alike(one, wanted), wanted));
}

/** A step of a calculation, which nobody sees. */
const HIDDEN = "http://hl7.org/fhir/StructureDefinition/questionnaire-hidden";
const isHidden = (item) => (item.extension ?? []).some((one) => one.url === HIDDEN && one.valueBoolean);

/** Whether `item` is asked. */
export function isAsked(item, values) {
  if (isHidden(item)) return false;
  const conditions = item.enableWhen ?? [];
  if (!conditions.length) return true;
  return item.enableBehavior === "any" ? conditions.some((one) => isMet(one, values)) : conditions.every((one) => isMet(one, values));
}
