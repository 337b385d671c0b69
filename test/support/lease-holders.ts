import { runOn } from './postgres.ts';

/** Who has a lease now. */
export interface LeaseHolder {
  /** Its `application_name`. */
  replica: string;
  /** Another one from each holder to the next. */
  token: number;
}

/** Lets the database note who changed a lease last: its holder, until it has let it go. @param url with the gateway's tables */
export async function noteLeaseHolders(url: string): Promise<void> {
  await runOn(
    url,
    `ALTER TABLE leases ADD COLUMN replica text;
     CREATE FUNCTION note_replica() RETURNS trigger LANGUAGE plpgsql AS
       $$ BEGIN NEW.replica := current_setting('application_name'); RETURN NEW; END $$;
     CREATE TRIGGER note_replica BEFORE INSERT OR UPDATE ON leases FOR EACH ROW EXECUTE FUNCTION note_replica();`,
  );
}

/** @param prefix of the lease's name. @returns null: nobody has it, or who has it took it before that was noted */
export async function readLeaseHolder(url: string, prefix: string): Promise<LeaseHolder | null> {
  const [row] = await runOn(
    url,
    `SELECT replica, token FROM leases
     WHERE name LIKE '${prefix}%' AND replica IS NOT NULL AND until > clock_timestamp()`,
  );
  return row ? { replica: String(row['replica']), token: Number(row['token']) } : null;
}
