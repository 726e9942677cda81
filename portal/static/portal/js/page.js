/** What every page of the portal needs: the list at its side, live counts, menus. */
import { beginList } from "./list.js";
import { beginFragments } from "./fragments.js";

beginFragments();
beginList();
